import { os } from './native.js';

/** The entries of one directory: name i has the row that begins at `i * STAT_WORDS` (stat.ts). */
export interface Scan {
  /** In the order of the file system, without `.` and `..`. */
  readonly names: readonly string[];
  readonly rows: BigInt64Array;
  /**
   * Regular files that this process may not read, as far as the kernel says without opening them: it knows access
   * lists and servers that trust no root.
   */
  readonly refused: ReadonlySet<number>;
}

/** Reads a directory and what the kernel says about each of its entries, in one call; links are not followed. */
export const scanDirectory = (directory: number): Scan => {
  const { names, rows, refused } = os.scanDirectory(directory);
  return { names, rows, refused: new Set(refused) };
};
