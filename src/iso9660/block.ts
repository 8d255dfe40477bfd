/** ECMA-119 §6.1.2: the logical block; Spindle writes no other size than that of the logical sector. */
export const BLOCK = 2048;

/** Blocks that hold `bytes`. */
export const blocksFor = (bytes: number): number => Math.ceil(bytes / BLOCK);

/** `bytes` rounded up to whole blocks. */
export const wholeBlocks = (bytes: number): number => blocksFor(bytes) * BLOCK;
