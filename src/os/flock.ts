import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

import { type ErrorCode, SpindleError } from '../errors.js';
import { os } from './native.js';
import { withOwnFile } from './own-file.js';
import { systemErrorCode } from './system-error.js';

export interface FileLock {
  release(): void;
}

const holderOf = (fd: number): string => {
  const pid = /^\d{1,10}$/.exec(readFileSync(fd, 'latin1').trim())?.[0];
  return pid === undefined ? 'another process' : `process ${pid}`;
};

/** Whoever asks who holds a lock has it for a moment (`lockHolder`). */
const PATIENCE = { tries: 5, restMs: 20 };
const clock = new Int32Array(new SharedArrayBuffer(4));

const take = (fd: number, path: string, code: ErrorCode): void => {
  for (let tries = 1; ; tries += 1)
    try {
      os.flock(fd, true);
      return;
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
      if (tries === PATIENCE.tries)
        throw new SpindleError(code, `${path} is held by ${holderOf(fd)}`, { cause: error });
      Atomics.wait(clock, 0, 0, PATIENCE.restMs);
    }
};

/** Over what an earlier holder said, since a full disk has no room for what was cut off before. */
const sayWhoHolds = (fd: number): void => {
  ftruncateSync(fd, writeSync(fd, `${process.pid}\n`, 0));
};

/**
 * Takes the exclusive lock of a file, which is made if it is missing and says who holds it. Where somebody
 * else does, fails at once with `code` and names the holder. The lock ends with the process, however it ends;
 * the file stays, because removing it would let two processes hold two files of one name.
 * @throws SpindleError `code`, `space-exhausted`, `state-inaccessible`
 */
export const lockFile = (path: string, code: ErrorCode): FileLock => {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const fd = withOwnFile(path, () => openSync(path, flags, 0o600));
  try {
    take(fd, path, code);
    withOwnFile(path, () => {
      sayWhoHolds(fd);
    });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let held = true;
  return {
    release: () => {
      if (held) closeSync(fd);
      held = false;
    },
  };
};

/**
 * Who holds the lock of a file, in words; undefined where nobody does. Needs no right to write, and shares the lock for the moment that it
 * takes to ask, so that two who ask do not see each other.
 * @throws SpindleError `state-inaccessible`
 */
export const lockHolder = (path: string): string | undefined => {
  const fd = withOwnFile(path, () => openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW));
  try {
    os.flock(fd, false);
    return undefined;
  } catch (error) {
    if (systemErrorCode(error) !== 'EAGAIN') throw error;
    return holderOf(fd);
  } finally {
    closeSync(fd);
  }
};
