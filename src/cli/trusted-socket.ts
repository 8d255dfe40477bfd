import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { SpindleError } from '../errors.js';
import { notPermitted } from './connection-failure.js';

const ANYBODY_WRITES = 0o002;

const look = (directory: string, socket: string) => {
  try {
    const found = lstatSync(directory, { throwIfNoEntry: false });
    return { found, around: statSync(path.dirname(directory), { throwIfNoEntry: false }) };
  } catch (cause) {
    throw notPermitted(socket, cause); // a directory above may not be entered
  }
};

/**
 * In a directory where anybody may make things, such as /tmp, somebody else could have made the one in which we look
 * for our daemon, to be told what we want of it.
 * @throws SpindleError `daemon-unreachable`, `socket-not-permitted`.
 */
export const checkSocketOwner = (socket: string): void => {
  const directory = path.dirname(path.resolve(socket));
  const { found, around } = look(directory, socket);
  if (!found || !around || (around.mode & ANYBODY_WRITES) === 0) return;
  if (found.uid === process.getuid?.() || found.uid === 0) return;
  throw new SpindleError(
    'daemon-unreachable',
    `${directory} belongs to user ${found.uid}, who may have put a false daemon there.`,
  );
};
