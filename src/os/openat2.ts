import { constants, openSync } from 'node:fs';

import { os } from './native.js';
import { sourceError } from './source-error.js';
import { systemErrorCode } from './system-error.js';

/** linux/openat2.h */
const RESOLVE_NO_MAGICLINKS = 0x02;
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_BENEATH = 0x08;
const RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

/** fcntl.h: Node names all of the flags but these. */
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
/** O_NONBLOCK: opening a FIFO or a tape must not hang. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | O_CLOEXEC;
const PLACE = O_PATH | constants.O_DIRECTORY | O_CLOEXEC;

/** Opens the directory that sources lie beneath. Links on the way to it are followed: its owner set them. */
export const openRoot = (path: string): number => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw sourceError(error, path);
  }
};

/** How long another program may take to give back a lease on a file, fcntl(2); one that obeys does so at once. */
const LEASE_MS = 3000;
const PAUSE_MS = 5;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** openat2 where there is one: kernels before 5.6 and some sandboxes refuse it. */
const openOnce = (root: number, path: string, flags: number): number => {
  try {
    return os.openat2(root, path, flags, RESOLVE);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOSYS' && code !== 'EPERM') throw error;
    return os.openWalking(root, path, flags);
  }
};

/** Comes again for a while on EAGAIN: a lease is being given back, or something on the way was renamed. */
const open = (root: number, path: string, flags: number): number => {
  for (const deadline = performance.now() + LEASE_MS; ;) {
    try {
      return openOnce(root, path, flags);
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN' || performance.now() >= deadline) throw error;
      Atomics.wait(pause, 0, 0, PAUSE_MS);
    }
  }
};

const openAs = (root: number, path: string, flags: number): number => {
  try {
    return open(root, path === '' ? '.' : path, flags);
  } catch (error) {
    throw sourceError(error, path);
  }
};

/**
 * Opens a file or directory beneath a directory, for reading; empty path: the directory itself. It follows no
 * link and leaves the directory by no way, or fails with `source-outside-root`, `source-missing`,
 * `source-unreadable` or `source-unsupported`, which a link is. The caller closes the descriptor.
 */
export const openBeneath = (root: number, path: string): number => openAs(root, path, READ);

/**
 * Fills `bytes` with the whole of a file beneath a directory if it is the one of `row` (STAT.device, inode, size, mtimeNs and ctimeNs)
 * before and after; one call for what are five, which is what small files cost. False for whatever was in the way: `openBeneath` says what.
 */
export const readWholeBeneath = (
  root: number,
  path: string,
  row: BigInt64Array,
  bytes: Uint8Array,
): boolean => os.readWhole(root, path, READ, RESOLVE, row, bytes);

/** A directory in which something is looked up by its name: that it may be searched is enough. Otherwise as `openBeneath`. */
export const openPlaceBeneath = (root: number, path: string): number => openAs(root, path, PLACE);
