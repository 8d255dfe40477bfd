import { fstatSync, lstatSync } from 'node:fs';

import { pathBytes } from './path-bytes.js';

/** The ends of what 64 bits hold in nanoseconds since 1970, at which rows of STAT stop: the years 1677 and 2262. */
const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;

/** A time as a row of STAT can hold it. */
export const nearTime = (ns: bigint): bigint => (ns < FIRST ? FIRST : ns > LAST ? LAST : ns);

/** Whether a time of a row stands for one that the row cannot hold. */
export const isFarTime = (ns: bigint): boolean => ns === FIRST || ns === LAST;

/** When an open file was modified, in nanoseconds since 1970, whenever that was. */
export const modificationOf = (fd: number): bigint => fstatSync(fd, { bigint: true }).mtimeNs;

/** The same of a name in a directory; a link is not followed. */
export const modificationAt = (directory: number, name: string): bigint => {
  const path = Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), pathBytes(name)]);
  return lstatSync(path, { bigint: true }).mtimeNs;
};
