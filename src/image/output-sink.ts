import { fstatSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { copyFileRange, spliceToPipe, writeOn } from '../os/move.js';
import { systemErrorCode } from '../os/system-error.js';
import type { EmitOptions, Move } from './emit.js';
import { withSpace } from '../os/space.js';

/** Does what writes to a descriptor. */
const toReader = <T>(act: () => T): T => {
  try {
    return act();
  } catch (error) {
    if (systemErrorCode(error) !== 'EPIPE') throw error;
    throw new SpindleError('canceled', 'The reader of the image went away.', { cause: error });
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
  return (file, position, length) => {
    const attempt = move;
    if (!attempt) return 0;
    try {
      return toReader(() => attempt(file, position, length));
    } catch (error) {
      if (error instanceof SpindleError || OF_OUTPUT.has(systemErrorCode(error) ?? '')) throw error;
      move = undefined;
      return 0;
    }
  };
};

/** Ways to an open descriptor; `name` is what failures call it. `canceled` when the reader of a pipe goes away. */
export const outputSink = (fd: number, name: string): Pick<EmitOptions, 'write' | 'move'> => {
  const move = mover(fd);
  return {
    write: (bytes) => {
      withSpace(name, () => {
        toReader(() => {
          writeOn(fd, bytes);
        });
      });
    },
    move: (file, position, length) => withSpace(name, () => move(file, position, length)),
  };
};
