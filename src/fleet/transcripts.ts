import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoreEvent } from '../jobs/events.js';
import { transcriptDirectory } from '../worker/worker-paths.js';

/** How long transcripts are kept, and how many at most. */
export interface TranscriptRetention {
  readonly days: number;
  readonly most: number;
}

const DAY_MS = 86_400_000;

const filesIn = async (directory: string): Promise<string[]> => {
  try {
    return await readdir(directory);
  } catch {
    return []; // no attempt was ever made
  }
};

/** A job's transcripts go with the job. */
export const forgetTranscripts = async (stateDirectory: string, event: StoreEvent): Promise<void> => {
  if (event.kind !== 'job.deleted') return;
  const directory = transcriptDirectory(stateDirectory);
  for (const file of await filesIn(directory))
    if (file.startsWith(`${event.data.id}-`)) await rm(path.join(directory, file), { force: true });
};

/** Removes transcripts that are too old, and the oldest of too many. */
export const purgeTranscripts = async (
  stateDirectory: string,
  { days, most }: TranscriptRetention,
  now: number,
): Promise<void> => {
  const directory = transcriptDirectory(stateDirectory);
  const found = await Promise.all(
    (await filesIn(directory)).map(async (name) => {
      const file = path.join(directory, name);
      return { file, writtenAt: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const newestFirst = found.toSorted((a, b) => b.writtenAt - a.writtenAt);
  for (const [index, { file, writtenAt }] of newestFirst.entries())
    if (index >= most || writtenAt < now - days * DAY_MS) await rm(file, { force: true });
};
