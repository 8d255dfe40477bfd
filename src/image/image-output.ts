import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { systemErrorCode } from '../os/system-error.js';
import { temporaryPath } from './atomic-file.js';
import { emitImage, type EmitOptions } from './emit.js';
import { type ImageContents } from './image-contents.js';
import { withSpace } from './space.js';

/** How long to wait for the reader of a pipe that does not block its writer. */
const PAUSE_MS = 1;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes some of the bytes; 0 where a pipe that others made non-blocking is full. */
const writeSome = (fd: number, bytes: Uint8Array, at: number): number => {
  try {
    return writeSync(fd, bytes, at, bytes.length - at);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EPIPE')
      throw new SpindleError('canceled', 'The reader of the image went away.', { cause: error });
    if (code !== 'EAGAIN') throw error;
    Atomics.wait(pause, 0, 0, PAUSE_MS);
    return 0;
  }
};

const writer =
  (fd: number) =>
  (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) at += writeSome(fd, bytes, at);
  };

export type OutputOptions = Omit<EmitOptions, 'write'>;

/** Writes an image to an open descriptor, e.g. to standard output. `canceled` when its reader goes away. */
export const emitToDescriptor = (image: ImageContents, fd: number, options: OutputOptions): Promise<void> =>
  emitImage(image, { ...options, write: writer(fd) });

/** Devices and pipes are written as they are; nothing else could take their place. */
const isSpecial = (path: string): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) throw new SpindleError('output-exists', `${path} is a directory.`);
  return stat !== undefined && !stat.isFile();
};

const emitToPath = async (image: ImageContents, path: string, options: OutputOptions): Promise<void> => {
  const fd = openSync(path, 'w');
  try {
    const write = writer(fd);
    await emitImage(image, {
      ...options,
      write: (bytes) => {
        withSpace(path, () => {
          write(bytes);
        });
      },
    });
  } finally {
    closeSync(fd);
  }
};

/** Writes an image to a file, which is there in full or not at all; it replaces what had its name. */
export const emitToFile = async (
  image: ImageContents,
  path: string,
  options: OutputOptions,
): Promise<void> => {
  if (isSpecial(path)) {
    await emitToPath(image, path, options);
    return;
  }
  const temporary = temporaryPath(path);
  try {
    await emitToPath(image, temporary, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};
