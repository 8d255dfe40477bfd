import type { Failure } from '../errors.js';
import type { Attempt } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';
import { refOf } from './attempt-ref.js';
import { readLeftJournal, removeLeftJournal } from './attempt-follower.js';
import { isOver } from './remove-left-journals.js';
import { settle, type Verdict, type WorkerFinding } from './settle.js';

const INTERRUPTED: Failure = {
  code: 'attempt-interrupted',
  detail:
    'The worker died after the medium had been touched; `mediumAfter` of the attempt says what is left on it, once it was read.',
};
const WITHDRAWN: Failure = { code: 'worker-lost', detail: 'The worker died before the medium was touched.' };

/** Brings an attempt that was left open to what its worker and its journal say; an attempt that goes on stays open. */
export const settleAttempt = async (
  store: Store,
  stateDirectory: string,
  open: Attempt,
  finding: WorkerFinding,
): Promise<Verdict> => {
  const attempt = refOf(open);
  const entries = finding === 'knows-it' ? [] : await readLeftJournal(stateDirectory, attempt);
  const verdict = settle(finding, entries, open.touched);
  if (verdict === 'follow') return verdict;
  if (verdict === 'send-again') {
    await removeLeftJournal(stateDirectory, attempt); // one that found no place for its first entry
    return verdict;
  }
  if (entries.length > 0) await store.fold(entries);
  if (verdict === 'withdraw') await store.withdraw(attempt, WITHDRAWN);
  if (verdict === 'interrupt') await store.interrupt(attempt, INTERRUPTED);
  if (await isOver(store, attempt)) await removeLeftJournal(stateDirectory, attempt);
  return verdict;
};
