import { SpindleError } from '../../../errors.js';
import type { TokenRow } from '../../records.js';
import type { Ledger } from '../ledger.js';
import type { Transactions } from '../store.js';
import type { Tables } from '../tables/tables.js';

type Verbs = Pick<Transactions, 'createToken' | 'findToken' | 'listTokens' | 'touchToken' | 'revokeToken'>;

/** `lastUsedAt` is good to a minute, so that not each request writes. */
const USE_PRECISION_MS = 60_000;

export const tokenVerbs = (ledger: Ledger, { tokens }: Tables): Verbs => ({
  createToken: ({ name, scopes, secretHash, expiresAt }) => {
    const token: TokenRow = {
      id: ledger.newId(),
      name,
      scopes,
      createdAt: ledger.now(),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    tokens.insert(token, secretHash);
    ledger.emit({ topic: `tokens/${token.id}`, kind: 'token.created', data: token });
    return token;
  },
  findToken: (secretHash) => tokens.find(secretHash, ledger.now()),
  listTokens: tokens.list,
  touchToken: (id) => {
    const token = tokens.get(id);
    const age = Date.parse(ledger.now()) - Date.parse(token?.lastUsedAt ?? '1970-01-01T00:00:00.000Z');
    if (token && age >= USE_PRECISION_MS) tokens.touch(id, ledger.now());
  },
  revokeToken: (id) => {
    const token = tokens.get(id);
    if (!token) throw new SpindleError('token-unknown', `There is no token ${id}.`);
    tokens.remove(id);
    ledger.emit({ topic: `tokens/${id}`, kind: 'token.revoked', data: token });
  },
});
