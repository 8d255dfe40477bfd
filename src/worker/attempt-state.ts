import type { AttemptRef, JournalEntry } from '../burn/journal-entry.js';
import type { WorkerStatus } from './protocol.js';

export type AttemptState = NonNullable<WorkerStatus['attempt']>;

export const refOf = ({ job, copy, attempt }: AttemptRef): AttemptRef => ({ job, copy, attempt });

export const sameAttempt = (a: AttemptRef, b: AttemptRef): boolean =>
  a.job === b.job && a.copy === b.copy && a.attempt === b.attempt;

/** Where an attempt is, by what its journal says. */
export const attemptState = (ref: AttemptRef, entries: readonly JournalEntry[]): AttemptState => {
  const phase = entries.findLast((entry) => entry.kind === 'phase')?.phase;
  return {
    ...refOf(ref),
    ...(phase && { phase }),
    touched: entries.some(({ kind }) => kind === 'touching'),
    ended: entries.some(({ kind }) => kind === 'ended'),
    sequence: entries.at(-1)?.sequence ?? 0,
  };
};
