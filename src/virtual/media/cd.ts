/** Compact Disc: recorded track by track; sessions are lead-in, tracks, lead-out. */
import type { KindSpec, MediumSpec } from './specification.js';

export const CD_KINDS = {
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
} as const satisfies Record<string, KindSpec>;

export const CD_MEDIA = {
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
} as const satisfies Record<string, MediumSpec<keyof typeof CD_KINDS>>;
