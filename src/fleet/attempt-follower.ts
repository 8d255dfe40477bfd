import { rm } from 'node:fs/promises';
import { type AttemptRef, type JournalEntry, journalEntry } from '../burn/journal-entry.js';
import { z } from 'zod';
import type { Store } from '../jobs/store/store.js';
import { readJournal } from '../worker/journal.js';
import { journalPath } from '../worker/worker-paths.js';
import type { WorkerLink } from './worker-link.js';

const journalReply = z.object({ entries: z.array(journalEntry) });

const hasEnded = (entries: readonly JournalEntry[]): boolean =>
  entries.some((entry) => entry.kind === 'ended');

/**
 * Brings what a living worker has noted about an attempt into the database, from the last entry that is there.
 * The worker may delete its journal only after that. Returns whether the attempt has ended.
 */
export const followJournal = async (
  store: Store,
  link: WorkerLink,
  attempt: AttemptRef,
  after: number,
): Promise<{ ended: boolean; last: number }> => {
  const reply = await link.request({ do: 'journal', attempt, after });
  const { entries } = journalReply.parse(reply);
  const last = entries.at(-1)?.sequence ?? after;
  if (entries.length > 0) await store.fold(entries);
  const ended = hasEnded(entries);
  if (ended) await link.request({ do: 'forget', attempt });
  return { ended, last };
};

/** What a worker that is gone has noted; empty when it did not come so far. */
export const readLeftJournal = async (stateDirectory: string, attempt: AttemptRef): Promise<JournalEntry[]> =>
  (await readJournal(journalPath(stateDirectory, attempt))) ?? [];

/** After the database has what it says: the journal of a worker that is gone is nobody's any more. */
export const removeLeftJournal = (stateDirectory: string, attempt: AttemptRef): Promise<void> =>
  rm(journalPath(stateDirectory, attempt), { force: true });
