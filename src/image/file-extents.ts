import { BLOCK } from '../iso9660/block.js';

/**
 * The longest File Section: whole blocks in 32 bits. ECMA-119 §9.1.4 has room for 2^32 - 1 bytes, but all extents of a file except the last
 * are whole blocks; others split at this length too.
 */
export const LONGEST_SECTION = 0xffff_f800;

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

/** Blocks that hold content, or the next so many bytes of it. */
export interface ContentRun {
  readonly block: number;
  readonly bytes: number;
  /** Nothing is recorded: so many zeros. ISO 9660 has no such thing. */
  readonly hole?: true;
}

/** Where the contents of files lie: one after the other, each from a block of its own, the extents of one file together. */
export interface FileExtents {
  /** Extents of a file; an empty one has one, which is empty. */
  count(entry: number): number;
  extent(entry: number, index: number): FileExtent;
}

const extentCount = (bytes: number): number => Math.max(1, Math.ceil(bytes / LONGEST_SECTION));

/** Runs cut into extents of ISO 9660. */
export const cut = (runs: readonly ContentRun[]): FileExtent[] => {
  const extents = runs.flatMap(({ block, bytes }) =>
    Array.from({ length: extentCount(bytes) }, (_, index) => ({
      extent: block + (index * LONGEST_SECTION) / BLOCK,
      dataLength: Math.min(bytes - index * LONGEST_SECTION, LONGEST_SECTION),
    })),
  );
  return extents.map((extent, index) => ({ ...extent, multiExtent: index < extents.length - 1 }));
};

/**
 * `block` is the first block of the contents of an entry, `bytes` their length; `recorded` where they are on the medium already, which
 * need not be together.
 */
export const fileExtents = (place: {
  readonly block: (entry: number) => number;
  readonly bytes: (entry: number) => number;
  readonly recorded: (entry: number) => readonly ContentRun[] | undefined;
}): FileExtents => ({
  count: (entry) => {
    const runs = place.recorded(entry);
    return runs ? cut(runs).length : extentCount(place.bytes(entry));
  },
  extent: (entry, index) => {
    const recorded = place.recorded(entry);
    const extent = recorded && cut(recorded)[index];
    if (extent) return extent;
    const bytes = place.bytes(entry);
    const before = index * LONGEST_SECTION;
    return {
      extent: place.block(entry) + before / BLOCK,
      dataLength: Math.min(bytes - before, LONGEST_SECTION),
      multiExtent: index < extentCount(bytes) - 1,
    };
  },
});
