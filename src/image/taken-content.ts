import { BLOCK } from '../iso9660/block.js';
import { cut, MOST_EXTENTS } from './file-extents.js';
import type { ImportedContent } from './import/imported-entry.js';

/** What the file systems of the new session can point to. */
export interface Holders {
  /** Extents of one file in ISO 9660, of which level 3 alone has several; undefined where there is none. */
  readonly isoExtents: number | undefined;
  readonly udf: boolean;
}

/** Extents of one file at a level of ISO 9660 that readers follow. */
export const extentsAtLevel = (level: 1 | 2 | 3): number => (level === 3 ? MOST_EXTENTS : 1);

/** Why content cannot be pointed to where it lies; undefined where it can. */
export const objectionTo = ({ runs }: ImportedContent, { isoExtents, udf }: Holders): string | undefined => {
  const filled = runs.filter(({ bytes }) => bytes > 0);
  if (isoExtents !== undefined && filled.some(({ hole }) => hole === true))
    return 'has parts that were never written, which ISO 9660 cannot say';
  if (isoExtents !== undefined && cut(filled).length > isoExtents)
    return `lies in ${cut(filled).length} pieces; readers of ISO 9660 at this level follow ${isoExtents}`;
  // ECMA-167 4/12.1: all extents of a file but the last are whole blocks.
  if (udf && filled.slice(0, -1).some(({ bytes }) => bytes % BLOCK !== 0))
    return 'lies in pieces that are no whole blocks, which UDF cannot say';
  return undefined;
};
