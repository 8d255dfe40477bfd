import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { SpindleError } from '../errors.js';

const ANYBODY_WRITES = 0o002;

/**
 * In a directory where anybody may make things, such as /tmp, somebody else could have made the one in which we look
 * for our daemon, to be told what we want of it.
 * @throws SpindleError `daemon-unreachable`.
 */
export const checkSocketOwner = (socket: string): void => {
  const directory = path.dirname(path.resolve(socket));
  const found = lstatSync(directory, { throwIfNoEntry: false });
  const around = statSync(path.dirname(directory), { throwIfNoEntry: false });
  if (!found || !around || (around.mode & ANYBODY_WRITES) === 0) return;
  if (found.uid === process.getuid?.() || found.uid === 0) return;
  throw new SpindleError(
    'daemon-unreachable',
    `${directory} belongs to user ${found.uid}, who may have put a false daemon there.`,
  );
};
