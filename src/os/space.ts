import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { SpindleError } from '../errors.js';
import { systemErrorCode } from './system-error.js';

/** Does what writes to `path`; a full disk is a failure that a client can do something about. */
export const withSpace = <T>(path: string, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    return refuseFull(path, error);
  }
};

/** The same with what takes its time. */
export const withSpaceAsync = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    return refuseFull(path, error);
  }
};

const refuseFull = (path: string, error: unknown): never => {
  const code = systemErrorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
  throw new SpindleError('space-exhausted', `There is no space left for ${path}.`, { cause: error });
};

/** So much of a disk stays free for what must never fail for want of it: database, journals, logs. */
export const KEPT_FREE = 64 * 1024 * 1024;

export const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/**
 * Fails with `space-exhausted` where `what`, of so many bytes, would leave too little room on the disk of `path`, of which so many
 * are promised to others.
 */
export const requireSpace = (path: string, bytes: number, what: string, promised = 0): void => {
  const directory = dirname(path);
  const { bavail, bsize } = statfsSync(directory);
  const missing = bytes + promised + KEPT_FREE - bavail * bsize;
  if (missing <= 0) return;
  const toOthers = promised > 0 ? `, of which ${mebibytes(promised)} are promised to others` : '';
  throw new SpindleError(
    'space-exhausted',
    `${directory} lacks ${mebibytes(missing)}: ${what} needs ${mebibytes(bytes)} and ${mebibytes(KEPT_FREE)} stay ` +
      `free for the journal, ${mebibytes(bavail * bsize)} are there${toOthers}.`,
  );
};
