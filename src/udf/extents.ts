import { uint16le, uint32le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';

/** ECMA-167 3/7.1, extent_ad: sectors of the volume. */
export const volumeExtent = layout('extent_ad', 8, {
  /** Bytes. */
  length: rbp(0, 4, uint32le),
  location: rbp(4, 4, uint32le),
});

/** ECMA-167 4/14.14.1, short_ad: blocks of the partition in which it stands. */
export const shortAllocation = layout('short_ad', 8, {
  length: rbp(0, 4, uint32le),
  block: rbp(4, 4, uint32le),
});

/** ECMA-167 4/14.14.2, long_ad: blocks of any partition; OSTA UDF 2.3.4.3 keeps a unique id in its implementation use. */
export const longAllocation = layout('long_ad', 16, {
  length: rbp(0, 4, uint32le),
  block: rbp(4, 4, uint32le),
  /** Index of the partition's map in the logical volume. */
  partition: rbp(8, 2, uint16le),
  uniqueId: rbp(12, 4, uint32le),
});

export interface LongAllocation {
  readonly length: number;
  readonly block: number;
  readonly partition: number;
  readonly uniqueId: number;
}

/** ECMA-167 4/14.14.1.1: the upper two bits of a length say what the extent is. These are the bytes that it has. */
export const bytesOfExtent = ({ length }: { readonly length: number }): number => length % 2 ** 30;

/** More descriptors lie there. */
export const CONTINUED = 3 * 2 ** 30;

/** Neither allocated nor recorded: so many zeros. */
export const HOLE = 2 * 2 ** 30;

/** The longest extent of whole blocks whose length has 30 bits. */
export const LONGEST_EXTENT = 2 ** 30 - BLOCK;

export const NOWHERE: LongAllocation = { length: 0, block: 0, partition: 0, uniqueId: 0 };

/** How the allocation descriptors of an entry are written, ECMA-167 4/14.6.8. */
export const ALLOCATION = { short: 0, long: 1, embedded: 3 } as const;

/** How many descriptors the entry itself holds, and each allocation extent that continues it. */
export interface Chain {
  readonly own: number;
  readonly continued: readonly number[];
}

/**
 * Spreads `count` descriptors over an entry with room for `own` of them and extents of descriptors with room for `each`: where more follow, the
 * last place points there.
 */
export const chainOf = (count: number, own: number, each: number): Chain => {
  if (count <= own) return { own: count, continued: [] };
  const continued: number[] = [];
  let left = count - (own - 1);
  while (left > 0) {
    const here = left <= each ? left : each - 1;
    continued.push(here);
    left -= here;
  }
  return { own: own - 1, continued };
};
