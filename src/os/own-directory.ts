import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isSpindleError, SpindleError } from '../errors.js';
import { syncName, syncNameAsync } from './atomic-file.js';
import { withSpace, withSpaceAsync } from './space.js';
import { systemErrorCode } from './system-error.js';

/** One level after the other: Node's own recursion does not end on file systems such as /proc. */
const makeWithParents = (directory: string, mode: number): void => {
  if (existsSync(directory)) return;
  makeWithParents(path.dirname(directory), mode);
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error; // another process of ours was first
  }
  syncName(directory);
};

const notMade = (directory: string, cause: unknown): SpindleError =>
  new SpindleError('configuration-invalid', `${directory} cannot be made: ${(cause as Error).message}`, {
    cause,
  });

/**
 * Makes a directory and those above it where they are missing; they are there after a loss of power, too.
 * @throws SpindleError `configuration-invalid`, `space-exhausted`.
 */
export const makeDirectory = (directory: string, mode: number): void => {
  try {
    withSpace(directory, () => {
      makeWithParents(directory, mode);
    });
  } catch (cause) {
    if (isSpindleError(cause)) throw cause;
    throw notMade(directory, cause);
  }
};

/**
 * Makes a directory in one that is there, for a thread that has others to serve meanwhile. One that is there already is brought to disk all
 * the same: whoever made it may have died before.
 * @throws SpindleError `configuration-invalid`, `space-exhausted`.
 */
export const keepDirectory = async (directory: string, mode: number): Promise<void> => {
  try {
    await withSpaceAsync(directory, () => mkdir(directory, { mode }));
  } catch (cause) {
    if (isSpindleError(cause)) throw cause;
    if (systemErrorCode(cause) !== 'EEXIST') throw notMade(directory, cause);
  }
  await syncNameAsync(directory);
};

/** Those above it, too, where they are missing; the deepest one first. */
const missingAt = (directory: string): string[] =>
  existsSync(directory) ? [] : [directory, ...missingAt(path.dirname(directory))];

/** Removes what was made of these directories, and of those above them, where `work` fails and nothing lies in them. */
export const unmakingOnFailure = <T>(directories: readonly string[], work: () => T): T => {
  const missing = [...new Set(directories.flatMap(missingAt))].sort((a, b) => b.length - a.length);
  try {
    return work();
  } catch (error) {
    for (const directory of missing) removeIfEmpty(directory);
    throw error;
  }
};

/** With what lies in it, as long as that is nothing but empty directories. */
const removeIfEmpty = (directory: string): void => {
  try {
    for (const name of readdirSync(directory)) rmdirSync(path.join(directory, name));
    rmdirSync(directory);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
};

/**
 * Makes a directory, or checks that the one that is there is ours and that nobody else can put anything into it:
 * whoever could might pose as the daemon, as a worker or as a drive.
 * @throws SpindleError `configuration-invalid`, `space-exhausted`.
 */
export const prepareOwnDirectory = (directory: string, mode: 0o700 | 0o755): void => {
  makeDirectory(directory, mode);
  const found = lstatSync(directory);
  const forbidden = mode === 0o700 ? 0o077 : 0o022;
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & forbidden) === 0) return;
  throw new SpindleError(
    'configuration-invalid',
    `${directory} must be a directory of the service's user with mode 0${mode.toString(8)}.`,
  );
};
