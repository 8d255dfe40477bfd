import { SpindleError } from '../../../errors.js';
import type { Ledger } from '../ledger.js';
import type { IdempotencyKey, StoredAnswer, Transactions } from '../store.js';
import type { Tables } from '../tables/tables.js';

type Verbs = Pick<Transactions, 'beginIdempotent' | 'finishIdempotent' | 'abandonIdempotent'>;

/** The answer that a key has had; `undefined` for a new one. */
export const knownAnswer = (table: Tables['idempotency'], key: IdempotencyKey): StoredAnswer | undefined => {
  const known = table.get(key);
  if (!known) return undefined;
  if (known.digest !== key.digest) {
    throw new SpindleError('idempotency-key-reused', `The key ${key.key} came with another body before.`);
  }
  if (!known.answer) {
    throw new SpindleError(
      'idempotency-key-in-flight',
      `The request with the key ${key.key} is being answered.`,
    );
  }
  return known.answer;
};

export const idempotencyVerbs = (ledger: Ledger, { idempotency }: Tables): Verbs => ({
  beginIdempotent: (key) => {
    const answer = knownAnswer(idempotency, key);
    if (!answer) idempotency.insert(key, ledger.now());
    return answer;
  },
  finishIdempotent: idempotency.finish,
  abandonIdempotent: idempotency.remove,
});
