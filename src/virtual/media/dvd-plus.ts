/** DVD+R and DVD+RW. */
import type { KindSpec, MediumSpec } from './specification.js';

export const DVD_PLUS_KINDS = {
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
} as const satisfies Record<string, KindSpec>;

export const DVD_PLUS_MEDIA = {
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
} as const satisfies Record<string, MediumSpec<keyof typeof DVD_PLUS_KINDS>>;
