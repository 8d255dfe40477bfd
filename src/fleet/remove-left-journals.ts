import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptRef } from '../burn/journal-entry.js';
import { isFinalAttempt } from '../jobs/states.js';
import type { Store } from '../jobs/store/store.js';
import { attemptOfJournal, journalPath } from '../worker/worker-paths.js';

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** The database has the end of the attempt, or the job is deleted: nobody will ask for the journal again. */
export const isOver = async (store: Store, attempt: AttemptRef): Promise<boolean> => {
  const row = await store.getAttempt(attempt);
  return row === undefined || isFinalAttempt(row.state);
};

/** Removes journals whose daemon was killed after it had folded their end, and before they were deleted. */
export const removeLeftJournals = async (store: Store, stateDirectory: string): Promise<void> => {
  const folder = path.join(stateDirectory, 'journal');
  for (const name of await namesIn(folder)) {
    const attempt = attemptOfJournal(name);
    if (attempt && (await isOver(store, attempt)))
      await rm(journalPath(stateDirectory, attempt), { force: true });
  }
};
