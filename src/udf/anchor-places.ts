/** OSTA UDF 2.2.3: an anchor stands in two of three places, of which this block of the session is one and the last block another. */
export const ANCHOR_BLOCK = 256;

/** The third is so many blocks before the last one. */
export const ANCHOR_DISTANCE = 256;
