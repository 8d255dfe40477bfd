import { FRAME_LIMIT } from './frames.js';

/** Lists in frames: nobody reads more items, and the rest of a frame needs room too. */
const MOST_ITEMS = 1000;
const MOST_BYTES = FRAME_LIMIT / 4;

/**
 * The first items of a list that go into a frame, and how many there are in all. A path may take 24 kB as JSON, where it has
 * bytes that are no UTF-8.
 */
export const fitInFrame = <T>(items: Iterable<T>): { readonly kept: T[]; readonly count: number } => {
  const kept: T[] = [];
  let count = 0;
  let bytes = 0;
  for (const item of items) {
    count += 1;
    if (bytes > MOST_BYTES || kept.length === MOST_ITEMS) continue;
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (bytes <= MOST_BYTES) kept.push(item);
  }
  return { kept, count };
};
