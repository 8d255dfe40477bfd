import { USER_BLOCK } from './user-blocks.js';

/** 64 KiB, which most bridges and buses carry at once. */
const USUAL_BLOCKS = 32;

/** So many blocks of 2,048 bytes one command carries, of at most so many that are wanted. */
export const carriedBlocks = (wanted: number, maxTransferBytes = Infinity): number =>
  Math.min(wanted, Math.floor(maxTransferBytes / USER_BLOCK));

/**
 * So many blocks of 2,048 bytes are read at once. Where those of the drive are longer, half a block more may have to be
 * read at either end.
 */
export const blocksPerRead = (
  { maxTransferBytes = Infinity }: { readonly maxTransferBytes?: number | undefined },
  blockBytes: number,
): number => {
  const ends = 2 * Math.max(0, blockBytes - USER_BLOCK);
  return Math.max(1, carriedBlocks(USUAL_BLOCKS, maxTransferBytes - ends));
};
