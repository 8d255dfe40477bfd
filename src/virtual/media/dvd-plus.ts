/** DVD+R and DVD+RW, with one layer and with two. */
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
    formatsInBackground: true,
  },
  /** Pioneer's command references: 127 sessions, and the drive finalizes by itself when the last of them is closed. */
  'dvd+r-dl': {
    family: 'dvd',
    profile: 0x002b,
    readOnlyProfile: 0x0010,
    recording: 'sequential',
    erasable: false,
    eccBlocks: 16,
    maxTracksPerSession: 16,
    maxSessions: 127,
    closeFunctions: [1, 2, 5, 6],
    testWrite: false,
    singleSpeedKBps: 1385,
    speeds: [8, 6, 4, 2.4],
    layers: 2,
  },
  'dvd+rw-dl': {
    family: 'dvd',
    profile: 0x002a,
    readOnlyProfile: 0x0010,
    recording: 'random',
    erasable: true,
    eccBlocks: 16,
    maxTracksPerSession: 1,
    maxSessions: 1,
    closeFunctions: [0, 2, 3],
    testWrite: false,
    singleSpeedKBps: 1385,
    speeds: [2.4],
    layers: 2,
    formatsInBackground: true,
  },
} as const satisfies Record<string, KindSpec>;

/** Of both layers; layer 0 ends in the middle unless the host had it end before. */
const DUAL_LAYER = 4_173_824;

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
  'dvd+r-dl': {
    kind: 'dvd+r-dl',
    title: 'DVD+R DL 8.5 GB',
    capacity: DUAL_LAYER,
    pregroove: { manufacturer: 'MKM', type: '003', revision: 0 },
  },
  /** None was ever sold (ECMA-374 describes it): whose it is stands for nobody's. */
  'dvd+rw-dl': {
    kind: 'dvd+rw-dl',
    title: 'DVD+RW DL 8.5 GB',
    capacity: DUAL_LAYER,
    pregroove: { manufacturer: 'SPINDLE', type: 'V01', revision: 0 },
    formats: [{ type: 0x26, blocks: DUAL_LAYER, typeDependent: 0 }],
  },
} as const satisfies Record<string, MediumSpec<keyof typeof DVD_PLUS_KINDS>>;
