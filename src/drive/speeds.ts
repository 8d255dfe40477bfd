import type { MediumKind, WriteSpeed } from './medium.js';

/** kB/s (kB = 1,000 bytes) of speed 1x: CD user data in mode 1 with 2,352-byte sectors, DVD, BD. */
const ONE_X = { cd: 176.4, dvd: 1385, bd: 4495.5 } as const;

type Family = keyof typeof ONE_X;

const familyOf = (kind: MediumKind): Family =>
  kind.startsWith('cd') ? 'cd' : kind.startsWith('bd') ? 'bd' : 'dvd';

export const isCd = (kind: MediumKind): boolean => familyOf(kind) === 'cd';

/** kB/s of a factor such as 16 for 16x. Speeds of CDs count whole sectors of 2,352 bytes. */
export const kBpsOfFactor = (kind: MediumKind, factor: number): number =>
  Math.ceil(ONE_X[familyOf(kind)] * factor);

/** kB/s of so many sectors per second, as drives count them: whole sectors of 2,352 bytes on CDs, blocks of 2,048 elsewhere. */
export const kBpsOfSectors = (kind: MediumKind, sectorsPerSecond: number): number =>
  Math.ceil((sectorsPerSecond * (isCd(kind) ? 2352 : 2048)) / 1000);

const factorOfKBps = (kind: MediumKind, kBps: number): number =>
  Math.round((kBps / ONE_X[familyOf(kind)]) * 10) / 10;

/** Bytes of user data per second at a nominal speed. */
export const userBytesPerSecond = (kind: MediumKind, kBps: number): number =>
  kBps * 1000 * (isCd(kind) ? 2048 / 2352 : 1);

export const formatSpeed = (kind: MediumKind, { kBps }: Pick<WriteSpeed, 'kBps'>): string =>
  `${factorOfKBps(kind, kBps)}x (${kBps} kB/s)`;
