import { LAST_LBA, type Msf, lbaToMsf, packMsf } from '../cd/msf.js';

/** The time of a block; those of DVD and BD that no time names get the last one. */
export const timeOf = (address: number): Msf => lbaToMsf(Math.min(address, LAST_LBA));

/** As replies carry it in four bytes: 0, M, S, F. */
export const packedTimeOf = (address: number): number => packMsf(timeOf(address));
