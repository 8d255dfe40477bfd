/**
 * What can be put into a virtual drive: kinds of media with the numbers by which their recording differs, and blanks
 * of each kind as shops sell them. A new medium is a row in each; behaviour goes by `recording`.
 */

export const VIRTUAL_KINDS = ['cd-r', 'cd-rw', 'dvd+r', 'dvd+rw', 'bd-re'] as const;
export type VirtualKind = (typeof VIRTUAL_KINDS)[number];

export interface KindSpec {
  readonly family: 'cd' | 'dvd' | 'bd';
  /** MMC-5 Profile List feature: as a recorder and as a mere reader presents the medium. */
  readonly profile: number;
  readonly readOnlyProfile: number;
  /** `sequential`: only at the next writable address. `random`: anywhere, once formatted. */
  readonly recording: 'sequential' | 'random';
  /** BLANK or a new recording in place brings the blocks back. */
  readonly erasable: boolean;
  /** Blocks per ECC block, to which fragments and padding are aligned; 1 on CD. */
  readonly eccBlocks: number;
  readonly maxTracksPerSession: number;
  readonly maxSessions: number;
  /** Functions of CLOSE TRACK/SESSION that the medium knows (MMC-5 §6.3, Pioneer's command references). */
  readonly closeFunctions: readonly number[];
  /** Test Write of mode page 05h is honoured. */
  readonly testWrite: boolean;
  /** kB/s (1,000 bytes) of user data at 1x, and the speeds offered, fastest first. */
  readonly singleSpeedKBps: number;
  readonly speeds: readonly number[];
}

export const KINDS: Readonly<Record<VirtualKind, KindSpec>> = {
  'cd-r': {
    family: 'cd',
    profile: 0x0009,
    readOnlyProfile: 0x0008,
    recording: 'sequential',
    erasable: false,
    eccBlocks: 1,
    maxTracksPerSession: 99,
    maxSessions: 99,
    closeFunctions: [1, 2],
    testWrite: true,
    singleSpeedKBps: 176.4,
    speeds: [48, 32, 24, 16, 8, 4],
  },
  'cd-rw': {
    family: 'cd',
    profile: 0x000a,
    readOnlyProfile: 0x0008,
    recording: 'sequential',
    erasable: true,
    eccBlocks: 1,
    maxTracksPerSession: 99,
    maxSessions: 99,
    closeFunctions: [1, 2],
    testWrite: true,
    singleSpeedKBps: 176.4,
    speeds: [24, 16, 10, 4],
  },
  'dvd+r': {
    family: 'dvd',
    profile: 0x001b,
    readOnlyProfile: 0x0010,
    recording: 'sequential',
    erasable: false,
    eccBlocks: 16,
    maxTracksPerSession: 16,
    maxSessions: 153,
    closeFunctions: [1, 2, 5, 6],
    testWrite: false,
    singleSpeedKBps: 1385,
    speeds: [16, 12, 8, 4, 2.4],
  },
  'dvd+rw': {
    family: 'dvd',
    profile: 0x001a,
    readOnlyProfile: 0x0010,
    recording: 'random',
    erasable: true,
    eccBlocks: 16,
    maxTracksPerSession: 1,
    maxSessions: 1,
    closeFunctions: [0, 2, 3],
    testWrite: false,
    singleSpeedKBps: 1385,
    speeds: [8, 6, 4, 2.4],
  },
  'bd-re': {
    family: 'bd',
    profile: 0x0043,
    readOnlyProfile: 0x0040,
    recording: 'random',
    erasable: true,
    eccBlocks: 32,
    maxTracksPerSession: 1,
    maxSessions: 1,
    closeFunctions: [],
    testWrite: false,
    singleSpeedKBps: 4495.5,
    speeds: [2, 1],
  },
};

/** A row that FORMAT UNIT offers (MMC-5 §6.5, READ FORMAT CAPACITIES §6.24). */
export interface FormatSpec {
  readonly type: number;
  readonly blocks: number;
  /** Spare clusters or block length, as the type has it. */
  readonly typeDependent: number;
}

/** ATIP of a CD: where the lead-in starts names the maker (minutes, seconds, frames, binary). */
interface AtipIdentity {
  readonly leadIn: readonly [number, number, number];
  /** CD-RW sub-type: 0 standard, 1 high, 2 ultra speed. */
  readonly subType: number;
}

/** ADIP of DVD+R and DVD+RW, DI of BD: eight and three, or six and three characters, and a revision. */
interface PregrooveIdentity {
  readonly manufacturer: string;
  readonly type: string;
  readonly revision: number;
}

export interface MediumSpec {
  readonly kind: VirtualKind;
  readonly title: string;
  /** Blocks of 2,048 bytes: the last possible lead-out, or all user blocks without spares. */
  readonly capacity: number;
  readonly atip?: AtipIdentity;
  readonly pregroove?: PregrooveIdentity;
  readonly formats?: readonly FormatSpec[];
}

/** Spare clusters are 32 blocks; a real BD-RE 25 offers these rows (a list read from one by libburn). */
const BD_RE_25 = 12_219_392;

export const MEDIA = {
  'cd-r': {
    kind: 'cd-r',
    title: 'CD-R 80 min',
    capacity: 359_849,
    atip: { leadIn: [97, 24, 1], subType: 0 },
  },
  'cd-r-74': {
    kind: 'cd-r',
    title: 'CD-R 74 min',
    capacity: 333_000,
    atip: { leadIn: [97, 26, 66], subType: 0 },
  },
  'cd-rw': {
    kind: 'cd-rw',
    title: 'CD-RW 80 min, high speed',
    capacity: 359_849,
    atip: { leadIn: [97, 34, 23], subType: 1 },
  },
  'dvd+r': {
    kind: 'dvd+r',
    title: 'DVD+R 4.7 GB',
    capacity: 2_295_104,
    pregroove: { manufacturer: 'MCC', type: '004', revision: 0 },
  },
  'dvd+rw': {
    kind: 'dvd+rw',
    title: 'DVD+RW 4.7 GB',
    capacity: 2_295_104,
    pregroove: { manufacturer: 'RITEK', type: '004', revision: 48 },
    formats: [{ type: 0x26, blocks: 2_295_104, typeDependent: 0 }],
  },
  'bd-re': {
    kind: 'bd-re',
    title: 'BD-RE 25 GB',
    capacity: BD_RE_25,
    pregroove: { manufacturer: 'VERBAT', type: 'IM0', revision: 0 },
    formats: [
      { type: 0x00, blocks: 11_826_176, typeDependent: 0x3000 },
      { type: 0x30, blocks: 11_826_176, typeDependent: 0x3000 },
      { type: 0x30, blocks: 11_564_032, typeDependent: 0x5000 },
      { type: 0x30, blocks: 12_088_320, typeDependent: 0x1000 },
      { type: 0x31, blocks: BD_RE_25, typeDependent: 0x0800 },
    ],
  },
} as const satisfies Record<string, MediumSpec>;

/** Name of a row of MEDIA, as clients ask for a blank. */
export type BlankName = keyof typeof MEDIA;
export const BLANK_NAMES = Object.keys(MEDIA) as [BlankName, ...BlankName[]];

const SPARE_TYPES = [0x00, 0x30];
const MIN_SPARE_CLUSTERS = 64;

/** Formats of a medium whose capacity was shortened: spares shrink with it. Only a virtual medium can be shortened. */
export const formatsOf = (blank: BlankName, capacity: number): readonly FormatSpec[] => {
  const { formats = [], capacity: declared }: MediumSpec = MEDIA[blank];
  if (capacity === declared) return formats;
  return formats.map((format) => shortened(format, capacity, capacity / declared));
};

const shortened = (format: FormatSpec, capacity: number, scale: number): FormatSpec => {
  if (!SPARE_TYPES.includes(format.type)) return { ...format, blocks: capacity };
  const clusters = Math.max(MIN_SPARE_CLUSTERS, Math.round(format.typeDependent * scale));
  return { ...format, blocks: capacity - clusters * 32, typeDependent: clusters };
};

/** kB/s of 1,000 bytes that a kind of medium can be recorded with, fastest first. */
export const speedsOf = ({ speeds, singleSpeedKBps }: KindSpec): number[] =>
  speeds.map((speed) => Math.floor(speed * singleSpeedKBps));
