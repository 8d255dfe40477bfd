import { os } from './native.js';

/** The entries of one directory: name i has the row that begins at `i * STAT_WORDS` (stat.ts). */
export interface Scan {
  /** In the order of the file system, without `.` and `..`. */
  readonly names: readonly string[];
  readonly rows: BigInt64Array;
}

/** Reads a directory and what the kernel says about each of its entries, in one call; links are not followed. */
export const scanDirectory = (directory: number): Scan => os.scanDirectory(directory);
