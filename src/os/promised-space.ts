import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { SpindleError } from '../errors.js';
import { os } from './native.js';
import { requireSpace, withSpace } from './space.js';
import { systemErrorCode } from './system-error.js';

/*
 * Room that somebody was promised and has not filled yet, be it a worker, a mastering process, that of a draft, or the daemon.
 * Each promise is a file with its bytes in decimal, whose lock (flock) its owner holds: that ends with the process however it
 * ends, so that nobody has to clear up before the room of one that was killed counts as free again. Nothing is synced, since
 * a loss of power ends all of them.
 */
export const promisesIn = (stateDirectory: string): string => join(stateDirectory, 'promises');

export interface PromisedSpace {
  /** So many bytes more are written, which the disk counts itself. */
  used(bytes: number): void;
  /** Gives back what was not used. */
  release(): void;
}

export interface Wanted {
  /** Where it is to be; on the disk of the state directory. */
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
}

const LOCK = 'lock';
/** Digits of the largest number of bytes. */
const DIGITS = 16;
/** What is used is told as often as this; bytes. Until then it counts twice, which is the safe side. */
const TOLD = 1 << 20;
/** Somebody looks for milliseconds. */
const BUSY = { pauseMs: 2, tries: 1000 };

const pause = new Int32Array(new SharedArrayBuffer(4));

/** False where somebody else holds it. */
const lock = (fd: number): boolean => {
  try {
    os.flock(fd, true);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EAGAIN') throw error;
    return false;
  }
};

const openTurn = (directory: string): number => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return openSync(join(directory, LOCK), 'a', 0o600);
};

/** Whether it is one's turn; that ends with the descriptor. Somebody who was stopped in the middle of it may keep it for good. */
const hasTurn = (directory: string, fd: number, tries: number): boolean => {
  if (lock(fd)) return true;
  if (tries < BUSY.tries) return false;
  throw new SpindleError('space-unknown', `A process has kept ${join(directory, LOCK)} locked.`);
};

/** One after the other: who looks at what is free sees every promise that was made before. */
const inTurn = <T>(directory: string, act: () => T): T => {
  const fd = openTurn(directory);
  try {
    for (let tries = 0; !hasTurn(directory, fd, tries); tries += 1) Atomics.wait(pause, 0, 0, BUSY.pauseMs);
    return act();
  } finally {
    closeSync(fd);
  }
};

/** The same where a thread has others to serve while it waits. */
const inTurnAsync = async <T>(directory: string, act: () => T): Promise<T> => {
  const fd = openTurn(directory);
  try {
    for (let tries = 0; !hasTurn(directory, fd, tries); tries += 1) await sleep(BUSY.pauseMs);
    return act();
  } finally {
    closeSync(fd);
  }
};

/** What is left of a promise: nothing when it was given back meanwhile, or when its owner has died. */
const leftOf = (path: string): number => {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
  try {
    if (!lock(fd)) return Number(readFileSync(fd, 'latin1'));
    rmSync(path, { force: true });
    return 0;
  } finally {
    closeSync(fd);
  }
};

const promised = (directory: string): number =>
  readdirSync(directory)
    .filter((name) => name !== LOCK)
    .reduce((sum, name) => sum + leftOf(join(directory, name)), 0);

/** Notes a promise that was found to fit. */
const note = (directory: string, bytes: number): PromisedSpace => {
  const path = join(directory, randomBytes(6).toString('hex'));
  const fd = openSync(path, 'wx', 0o600);
  const tell = (left: number): void => {
    writeSync(fd, String(Math.max(0, left)).padStart(DIGITS), 0);
  };
  let [used, told, open] = [0, 0, true];
  const release = (): void => {
    if (!open) return;
    open = false;
    rmSync(path, { force: true });
    closeSync(fd);
  };
  try {
    os.flock(fd, true);
    withSpace(path, () => {
      tell(bytes);
    });
  } catch (error) {
    release();
    throw error;
  }
  return {
    used: (more) => {
      used += more;
      if (!open || used - told < TOLD) return;
      told = used;
      tell(bytes - used);
    },
    release,
  };
};

const promise = (directory: string, { path, bytes, what }: Wanted): PromisedSpace => {
  requireSpace(path, bytes, what, promised(directory));
  return note(directory, bytes);
};

/**
 * Promises room that nobody else is promised until it is used or given back. Its thread stands still while it waits for others.
 * @throws SpindleError `space-exhausted` where it would leave too little of what is free and not promised, `space-unknown` where others
 * keep it from looking.
 */
export const promiseSpace = (directory: string, wanted: Wanted): PromisedSpace =>
  inTurn(directory, () => promise(directory, wanted));

/** The same for the daemon, whose clients are answered meanwhile. Rejects as `promiseSpace` throws. */
export const promiseSpaceAsync = (directory: string, wanted: Wanted): Promise<PromisedSpace> =>
  inTurnAsync(directory, () => promise(directory, wanted));
