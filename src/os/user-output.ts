import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { SpindleError } from '../errors.js';
import { writeUserFile } from './atomic-file.js';
import { systemErrorCode } from './system-error.js';

/** Devices and pipes are written as they are; nothing else could take their place. */
const isSpecial = (path: string): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) throw new SpindleError('output-exists', `${path} is a directory.`);
  return stat !== undefined && !stat.isFile();
};

/** A pipe or a terminal has nothing that could be synced. */
const syncIfPossible = (fd: number): void => {
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes(systemErrorCode(error) ?? '')) throw error;
  }
};

const writeSpecial = async (path: string, fill: (fd: number) => Promise<void>): Promise<void> => {
  const fd = openSync(path, 'w');
  try {
    await fill(fd);
    syncIfPossible(fd);
  } finally {
    closeSync(fd);
  }
};

/**
 * Writes what a user wants written: a file, which is there in full or not at all, after a power cut too, and replaces what had its name;
 * or a device or a pipe.
 */
export const writeUserOutput = async (path: string, fill: (fd: number) => Promise<void>): Promise<void> =>
  isSpecial(path) ? writeSpecial(path, fill) : writeUserFile(path, fill);
