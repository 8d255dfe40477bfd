import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AttemptRef } from '../burn/journal-entry.js';
import { prepareOwnDirectory } from '../os/own-directory.js';
import { checkSocketPath } from '../transport/socket-path.js';

const socketDirectory = (runtimeDir: string): string => join(runtimeDir, 'w');

/** Short, since paths of sockets must be. */
const stemOf = (drive: string): string => createHash('sha256').update(drive).digest('hex').slice(0, 12);

/** Where the worker of a drive listens. Fails with `runtime-path-too-long`. */
export const socketPath = (runtimeDir: string, drive: string): string => {
  const path = join(socketDirectory(runtimeDir), `${stemOf(drive)}.sock`);
  checkSocketPath(path);
  return path;
};

export const workerLockDirectory = (stateDir: string): string => join(stateDir, 'workers');

/**
 * The lock that a worker holds for as long as it lives, so that a drive never has two. Beside its journals, since a runtime
 * directory goes with its user's last session, while discs are recorded.
 */
export const workerLockPath = (stateDir: string, drive: string): string =>
  join(workerLockDirectory(stateDir), `${stemOf(drive)}.lock`);

/** Makes the directory of the workers' sockets, or checks the one that is there. Fails with `configuration-invalid`. */
export const prepareSocketDirectory = (runtimeDir: string): void => {
  prepareOwnDirectory(socketDirectory(runtimeDir), 0o700);
};

/** `<job>-<copy>-<attempt>`: the stem of all files of one attempt. */
const attemptStem = ({ job, copy, attempt }: AttemptRef): string => `${job}-${copy}-${attempt}`;

export const journalPath = (stateDir: string, attempt: AttemptRef): string =>
  join(stateDir, 'journal', `${attemptStem(attempt)}.journal`);

const JOURNAL = /^(?<job>[0-9A-HJKMNP-TV-Z]{26})-(?<copy>\d{1,4})-(?<attempt>\d{1,4})\.journal$/;

/** The attempt that a journal's file name names. */
export const attemptOfJournal = (name: string): AttemptRef | undefined => {
  const { job, copy, attempt } = JOURNAL.exec(name)?.groups ?? {};
  return job === undefined ? undefined : { job, copy: Number(copy), attempt: Number(attempt) };
};

export const transcriptDirectory = (stateDir: string): string => join(stateDir, 'transcripts');

/** What was said between host and drive in an attempt, one command per line. */
export const transcriptPath = (stateDir: string, attempt: AttemptRef): string =>
  join(transcriptDirectory(stateDir), `${attemptStem(attempt)}.jsonl`);
