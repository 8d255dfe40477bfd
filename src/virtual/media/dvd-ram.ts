/** DVD-RAM: sold formatted, each block has a place among spares that takes it over. */
import type { KindSpec, MediumSpec } from './specification.js';

export const DVD_RAM_KINDS = {
  'dvd-ram': {
    family: 'dvd',
    profile: 0x0012,
    readOnlyProfile: 0x0010,
    recording: 'random',
    erasable: true,
    eccBlocks: 16,
    maxTracksPerSession: 1,
    maxSessions: 1,
    closeFunctions: [],
    testWrite: false,
    singleSpeedKBps: 1385,
    speeds: [5, 3, 2],
    soldFormatted: true,
    verifiesWrites: true,
  },
} as const satisfies Record<string, KindSpec>;

/** ECMA-330: what a format has with the supplementary spare area that media are sold with, and with the largest one (unverified). */
const DEFAULT_BLOCKS = 2_236_704;
const MOST_SPARES_BLOCKS = 2_184_480;
const BLOCK_LENGTH = 0x800;

const FORMATS = [
  { type: 0x00, blocks: DEFAULT_BLOCKS, typeDependent: BLOCK_LENGTH },
  { type: 0x01, blocks: MOST_SPARES_BLOCKS, typeDependent: BLOCK_LENGTH },
] as const;

export const DVD_RAM_MEDIA = {
  'dvd-ram': {
    kind: 'dvd-ram',
    title: 'DVD-RAM 4.7 GB',
    capacity: DEFAULT_BLOCKS,
    formats: FORMATS,
  },
  'dvd-ram-cartridge': {
    kind: 'dvd-ram',
    title: 'DVD-RAM 4.7 GB in a cartridge',
    capacity: DEFAULT_BLOCKS,
    formats: FORMATS,
    cartridge: true,
  },
} as const satisfies Record<string, MediumSpec<keyof typeof DVD_RAM_KINDS>>;
