import { writeUserOutput } from '../os/user-output.js';
import { emitImage, type EmitOptions } from './emit.js';
import type { ImageContents } from './image-contents.js';
import { outputSink } from './output-sink.js';

export type OutputOptions = Omit<EmitOptions, 'write' | 'move'>;

/** Writes an image to an open descriptor, e.g. to standard output. `canceled` when its reader goes away. */
export const emitToDescriptor = (image: ImageContents, fd: number, options: OutputOptions): Promise<void> =>
  emitImage(image, { ...options, ...outputSink(fd, 'the output') });

/** Writes an image to a file, which is there in full or not at all and replaces what had its name; or to a device or a pipe. */
export const emitToFile = (image: ImageContents, path: string, options: OutputOptions): Promise<void> =>
  writeUserOutput(path, (fd) => emitImage(image, { ...options, ...outputSink(fd, path) }));
