import { BLOCK } from '../iso9660/block.js';

/**
 * The longest extent: whole blocks in 32 bits. ECMA-119 §9.1.4 has room for 2^32 - 1 bytes, but all extents of a file except the last
 * are whole blocks; others split at this length too.
 */
export const LONGEST_EXTENT = 0xffff_f800;

/** The kernel's isofs follows no more extents of one file. */
export const MOST_EXTENTS = 100;

export interface FileExtent {
  /** First block. */
  readonly extent: number;
  /** Bytes. */
  readonly dataLength: number;
  /** Whether more extents of the file follow. */
  readonly multiExtent: boolean;
}

/** Where the contents of files lie: one after the other, each from a block of its own, the extents of one file together. */
export interface FileExtents {
  /** Extents of a file of so many bytes; an empty file has one, which is empty. */
  count(bytes: number): number;
  extent(entry: number, index: number): FileExtent;
}

const extentCount = (bytes: number): number => Math.max(1, Math.ceil(bytes / LONGEST_EXTENT));

/** `block` is the first block of the contents of an entry, `bytes` their length. */
export const fileExtents = (place: {
  readonly block: (entry: number) => number;
  readonly bytes: (entry: number) => number;
}): FileExtents => ({
  count: extentCount,
  extent: (entry, index) => {
    const bytes = place.bytes(entry);
    const before = index * LONGEST_EXTENT;
    return {
      extent: place.block(entry) + before / BLOCK,
      dataLength: Math.min(bytes - before, LONGEST_EXTENT),
      multiExtent: index < extentCount(bytes) - 1,
    };
  },
});
