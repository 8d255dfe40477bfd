import { constants } from 'node:fs';

import { STAT, STAT_WORDS } from '../os/stat.js';

/** Who this process is; everything it may read as root it may read. */
const ME = {
  uid: process.geteuid?.() ?? 0,
  groups: new Set([process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])]),
};

/** Whether the mode lets this process read a file: row `index` of `rows`. Access lists are not looked at. */
export const mayRead = (rows: BigInt64Array, index: number): boolean => {
  if (ME.uid === 0) return true;
  const word = (at: number): number => Number(rows[index * STAT_WORDS + at]);
  if (word(STAT.uid) === ME.uid) return (word(STAT.mode) & constants.S_IRUSR) !== 0;
  if (ME.groups.has(word(STAT.gid))) return (word(STAT.mode) & constants.S_IRGRP) !== 0;
  return (word(STAT.mode) & constants.S_IROTH) !== 0;
};
