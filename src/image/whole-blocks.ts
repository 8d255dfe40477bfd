import { BLOCK, blocksFor } from '../iso9660/block.js';

/** Bytes with zeros up to the end of their last block. */
export const wholeBlocksOf = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(blocksFor(bytes.length) * BLOCK);
  whole.set(bytes);
  return whole;
};
