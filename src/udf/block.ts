/** OSTA UDF 2.2.4.2: the logical block is as large as the logical sector; Spindle writes no other size than that of optical media. */
export const BLOCK = 2048;

/** Blocks that hold `bytes`. */
export const blocksFor = (bytes: number): number => Math.ceil(bytes / BLOCK);

/** Partitions begin and volumes end with whole ECC blocks, of which those of BD are the largest. */
export const ECC_BLOCKS = 32;
