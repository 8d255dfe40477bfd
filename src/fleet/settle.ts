import type { JournalEntry } from '../burn/journal-entry.js';

/** What is to be done about an attempt that the store has open when a daemon starts, or when a worker is lost. */
export type Verdict =
  /** The worker goes on with it: nothing changes state. */
  | 'follow'
  /** The worker never heard of it. */
  | 'send-again'
  /** The medium was not touched: the copy is pending again and the same medium may be used. */
  | 'withdraw'
  /** The medium was being altered when the worker died: it is read, and what is on it is said. */
  | 'interrupt'
  /** It ended while nobody listened: its journal tells how. */
  | 'fold';

/** What was found of the worker of the attempt's drive. */
export type WorkerFinding = 'knows-it' | 'does-not-know-it' | 'gone';

/**
 * One row for each finding; the journal decides when no worker can, and what the database has of it (`touched`) where
 * the journal itself is lost. A live worker that does not know an attempt
 * of which there is a journal is a successor of the one that wrote it.
 */
export const settle = (
  worker: WorkerFinding,
  journal: readonly JournalEntry[],
  touched: boolean,
): Verdict => {
  if (worker === 'knows-it') return 'follow';
  if (journal.some((entry) => entry.kind === 'ended')) return 'fold';
  if (touched || journal.some((entry) => entry.kind === 'touching')) return 'interrupt';
  return worker === 'does-not-know-it' && journal.length === 0 ? 'send-again' : 'withdraw';
};
