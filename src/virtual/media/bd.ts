/** Blu-ray Disc. */
import type { KindSpec, MediumSpec } from './specification.js';

export const BD_KINDS = {
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
} as const satisfies Record<string, KindSpec>;

/** Spare clusters are 32 blocks; a real BD-RE 25 offers these rows (a list read from one by libburn). */
const BD_RE_25 = 12_219_392;

export const BD_MEDIA = {
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
} as const satisfies Record<string, MediumSpec<keyof typeof BD_KINDS>>;
