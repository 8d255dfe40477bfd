import path from 'node:path';
import { isSpindleError } from '../errors.js';
import { type FileLock, lockFile } from '../os/flock.js';
import { makeDirectory } from '../os/own-directory.js';
import { workerLockPath } from '../worker/worker-paths.js';

const HELD = 'drive-busy';

const take = (lock: string): FileLock | undefined => {
  makeDirectory(path.dirname(lock), 0o700);
  try {
    return lockFile(lock, HELD);
  } catch (error) {
    if (isSpindleError(error) && error.code === HELD) return undefined;
    throw error;
  }
};

/** Does what no living worker of the drive may be there for, and none comes meanwhile; false, and nothing is done, where one lives. */
export const withoutWorker = async (
  stateDirectory: string,
  drive: string,
  act: () => Promise<unknown>,
): Promise<boolean> => {
  const lock = take(workerLockPath(stateDirectory, drive));
  if (!lock) return false;
  try {
    await act();
    return true;
  } finally {
    lock.release();
  }
};
