import { fstatSync, writeSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { copyFileRange, spliceToPipe } from '../os/move.js';
import { systemErrorCode } from '../os/system-error.js';
import type { EmitOptions, Move } from './emit.js';
import { withSpace } from '../os/space.js';

/** How long to wait for the reader of a pipe that somebody made non-blocking. */
const PAUSE_MS = 1;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Does what writes some bytes to a descriptor; undefined where it is a pipe that is full and does not block: come again. */
const patiently = (act: () => number): number | undefined => {
  try {
    return act();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EPIPE')
      throw new SpindleError('canceled', 'The reader of the image went away.', { cause: error });
    if (code !== 'EAGAIN') throw error;
    Atomics.wait(pause, 0, 0, PAUSE_MS);
    return undefined;
  }
};

/** How the kernel moves bytes to this kind of descriptor; undefined where it cannot. */
const moveTo = (fd: number): Move | undefined => {
  const stat = fstatSync(fd);
  if (stat.isFIFO()) return (file, position, length) => spliceToPipe(file, position, fd, length);
  const to = { fd, position: null };
  return stat.isFile() ? (file, position, length) => copyFileRange(file, position, to, length) : undefined;
};

/** Failures of the output, which copying would meet too. Any other says that bytes cannot be moved between these files. */
const OF_OUTPUT = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const mover = (fd: number): Move => {
  let move = moveTo(fd);
  /** Undefined: not now, since the pipe is full. */
  const once = (...[file, position, length]: Parameters<Move>): number | undefined => {
    const attempt = move;
    if (!attempt) return 0;
    try {
      return patiently(() => attempt(file, position, length));
    } catch (error) {
      if (error instanceof SpindleError || OF_OUTPUT.has(systemErrorCode(error) ?? '')) throw error;
      move = undefined;
      return 0;
    }
  };
  return (file, position, length) => {
    for (;;) {
      const count = once(file, position, length);
      if (count !== undefined) return count;
    }
  };
};

/** Ways to an open descriptor; `name` is what failures call it. `canceled` when the reader of a pipe goes away. */
export const outputSink = (fd: number, name: string): Pick<EmitOptions, 'write' | 'move'> => {
  const move = mover(fd);
  return {
    write: (bytes) => {
      withSpace(name, () => {
        for (let at = 0; at < bytes.length;)
          at += patiently(() => writeSync(fd, bytes, at, bytes.length - at)) ?? 0;
      });
    },
    move: (file, position, length) => withSpace(name, () => move(file, position, length)),
  };
};
