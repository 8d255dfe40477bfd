/** ECMA-119 §6.8.2.1: bytes of the identifiers of a path, and one more for each directory on it. */
export const LONGEST_PATH = 255;
