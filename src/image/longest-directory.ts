/**
 * Bytes of the names in one directory of UDF, of which no standard says how many there may be: two million of 220 bytes. Whoever reads a directory has it
 * in memory, so that there is a limit; what would not be read again is not made.
 */
export const LONGEST_DIRECTORY = 512 * 1024 * 1024;
