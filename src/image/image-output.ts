import { closeSync, openSync, statSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { writeUserFile } from '../os/atomic-file.js';
import { emitImage, type EmitOptions } from './emit.js';
import type { ImageContents } from './image-contents.js';
import { outputSink } from './output-sink.js';

export type OutputOptions = Omit<EmitOptions, 'write' | 'move'>;

/** Writes an image to an open descriptor, e.g. to standard output. `canceled` when its reader goes away. */
export const emitToDescriptor = (image: ImageContents, fd: number, options: OutputOptions): Promise<void> =>
  emitImage(image, { ...options, ...outputSink(fd, 'the output') });

/** Devices and pipes are written as they are; nothing else could take their place. */
const isSpecial = (path: string): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) throw new SpindleError('output-exists', `${path} is a directory.`);
  return stat !== undefined && !stat.isFile();
};

const emitToSpecial = async (path: string, emit: (fd: number) => Promise<void>): Promise<void> => {
  const fd = openSync(path, 'w');
  try {
    await emit(fd);
  } finally {
    closeSync(fd);
  }
};

/** Writes an image to a file, which is there in full or not at all, after a power cut too; it replaces what had its name. */
export const emitToFile = async (
  image: ImageContents,
  path: string,
  options: OutputOptions,
): Promise<void> => {
  const emit = (fd: number): Promise<void> => emitImage(image, { ...options, ...outputSink(fd, path) });
  if (isSpecial(path)) await emitToSpecial(path, emit);
  else await writeUserFile(path, emit);
};
