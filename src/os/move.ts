import { os } from './native.js';

/** Writes all bytes where a descriptor stands; waits where it is a pipe that is full, even one that does not block. write(2) */
export const writeOn = (fd: number, bytes: Uint8Array): void => {
  os.writeAll(fd, bytes);
};

/**
 * Moves up to `length` bytes of a file into a pipe without copying them; returns how many it moved, 0 at the
 * end of the file; waits as `writeOn` does. What the reader of the pipe has not taken yet still changes with the file. splice(2)
 */
export const spliceToPipe = (file: number, position: number, pipe: number, length: number): number =>
  os.splice(file, position, pipe, null, length);

/**
 * Copies up to `length` bytes between two files within the kernel, which may share them instead; returns how
 * many it copied, 0 at the end of the file. Null appends where `to` stands. copy_file_range(2)
 */
export const copyFileRange = (
  from: number,
  position: number,
  to: { readonly fd: number; readonly position: number | null },
  length: number,
): number => os.copyFileRange(from, position, to.fd, to.position, length);
