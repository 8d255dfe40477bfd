import type { BlockReader } from '../../src/image/import/block-reader.js';

const BLOCK = 2048;

/** An image in memory, for whoever reads its file systems; counts the blocks that were read. */
export const bytesAsBlocks = (
  bytes: Uint8Array,
): BlockReader & { read: BlockReader['read']; count: () => number } => {
  let read = 0;
  return {
    blocks: Math.floor(bytes.length / BLOCK),
    count: () => read,
    read: (first, count) => {
      read += count;
      return Promise.resolve(bytes.slice(first * BLOCK, (first + count) * BLOCK));
    },
  };
};
