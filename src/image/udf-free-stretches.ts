import type { Stretch } from '../binary/bit-set.js';
import type { Reach } from './allocator.js';
import { physical, type UdfVolume } from './udf-volume.js';

const clipped = ({ first, count }: Stretch, from: number, end: number): Stretch => {
  const start = Math.max(first, from);
  return { first: start, count: Math.min(first + count, end) - start };
};

/**
 * Blocks of the partition that are allocated to nothing, ascending: gaps before what has to lie at multiples of some blocks, and all behind
 * the last content. What an earlier session has is none of them.
 */
export const freeStretches = (volume: UdfVolume, { gaps }: Reach): Stretch[] => {
  const { partitionStart, partitionEnd, free } = volume.places;
  const before = gaps.map((gap) => clipped(gap, partitionStart, free));
  return [...before, { first: free, count: partitionEnd - free }]
    .filter(({ count }) => count > 0)
    .map(({ first, count }) => ({ first: physical(volume, first), count }));
};

export const freeBlocks = (volume: UdfVolume, reach: Reach): number =>
  freeStretches(volume, reach).reduce((blocks, { count }) => blocks + count, 0);
