/** Blu-ray Disc: BD-R is recorded in sequence and BD-RE anywhere; the kinds of BDXL want a drive of their class. */
import type { FormatSpec, KindSpec, MediumSpec } from './specification.js';

const BD = {
  family: 'bd',
  readOnlyProfile: 0x0040,
  eccBlocks: 32,
  testWrite: false,
  singleSpeedKBps: 4495.5,
} as const;

/** As many tracks as a host can ask for one by one; drives take more. At most 16 are open at a time. */
const BD_R = {
  ...BD,
  profile: 0x0041,
  recording: 'sequential',
  erasable: false,
  maxTracksPerSession: 255,
  maxOpenTracks: 16,
  maxSessions: 255,
  closeFunctions: [1, 2, 6],
} as const;

const BD_RE = {
  ...BD,
  profile: 0x0043,
  recording: 'random',
  erasable: true,
  maxTracksPerSession: 1,
  maxSessions: 1,
  closeFunctions: [],
} as const;

export const BD_KINDS = {
  'bd-r': { ...BD_R, speeds: [16, 12, 8, 6, 4, 2] },
  'bd-r-xl': { ...BD_R, speeds: [8, 6, 4, 2] },
  'bd-re': { ...BD_RE, speeds: [2, 1] },
  'bd-re-xl': { ...BD_RE, speeds: [2] },
} as const satisfies Record<string, KindSpec>;

/** Blocks that a BD records together. */
export const CLUSTER_BLOCKS = 32;
/** Blocks of 2,048 bytes without spares, by layers; those of 128 GB have four layers of 32. */
const CAPACITY = { 1: 12_219_392, 2: 24_438_784, 3: 48_878_592, 4: 62_500_864 } as const;
type Layers = keyof typeof CAPACITY;

/**
 * Spare clusters by layers. The default is what Pioneer's command reference and the sizes of formatted media say; least
 * and most of one layer are from the list of a real BD-RE, those of more layers scaled from it (unverified).
 */
const SPARES = {
  1: { standard: 0x3000, most: 0x5000, least: 0x1000 },
  2: { standard: 0x6000, most: 0xa000, least: 0x2000 },
  3: { standard: 0xc000, most: 0x14000, least: 0x4000 },
  4: { standard: 0x10000, most: 0x1a000, least: 0x4000 },
} as const satisfies Record<Layers, unknown>;

const withSpares = (type: number, layers: Layers, clusters: number): FormatSpec => ({
  type,
  blocks: CAPACITY[layers] - clusters * CLUSTER_BLOCKS,
  typeDependent: clusters,
});

/** Rows of types 00h and 30h or 32h in the order of a list that libburn read from a BD-RE of 25 GB. */
const spareRows = (type: 0x30 | 0x32, layers: Layers): FormatSpec[] => {
  const { standard, most, least } = SPARES[layers];
  return [
    withSpares(0x00, layers, standard),
    withSpares(type, layers, standard),
    withSpares(type, layers, most),
    withSpares(type, layers, least),
  ];
};

const formatsOfBdR = (layers: Layers): FormatSpec[] => spareRows(0x32, layers);
const formatsOfBdRe = (layers: Layers): FormatSpec[] => [
  ...spareRows(0x30, layers),
  { type: 0x31, blocks: CAPACITY[layers], typeDependent: 0x0800 },
];

const identity = (manufacturer: string, type: string) => ({ manufacturer, type, revision: 0 });

export const BD_MEDIA = {
  'bd-r': {
    kind: 'bd-r',
    title: 'BD-R 25 GB',
    capacity: CAPACITY[1],
    layers: 1,
    pregroove: identity('CMCMAG', 'BA5'),
    formats: formatsOfBdR(1),
  },
  'bd-r-dl': {
    kind: 'bd-r',
    title: 'BD-R 50 GB, two layers',
    capacity: CAPACITY[2],
    layers: 2,
    pregroove: identity('VERBAT', 'IMf'),
    formats: formatsOfBdR(2),
  },
  'bd-r-xl-100': {
    kind: 'bd-r-xl',
    title: 'BD-R XL 100 GB, three layers',
    capacity: CAPACITY[3],
    layers: 3,
    pregroove: identity('VERBAT', 'IMk'),
    formats: formatsOfBdR(3),
  },
  'bd-r-xl-128': {
    kind: 'bd-r-xl',
    title: 'BD-R XL 128 GB, four layers',
    capacity: CAPACITY[4],
    layers: 4,
    pregroove: identity('SONY', 'NQ1'),
    formats: formatsOfBdR(4),
  },
  'bd-re': {
    kind: 'bd-re',
    title: 'BD-RE 25 GB',
    capacity: CAPACITY[1],
    layers: 1,
    pregroove: identity('VERBAT', 'IM0'),
    formats: formatsOfBdRe(1),
  },
  'bd-re-dl': {
    kind: 'bd-re',
    title: 'BD-RE 50 GB, two layers',
    capacity: CAPACITY[2],
    layers: 2,
    pregroove: identity('VERBAT', 'IM1'),
    formats: formatsOfBdRe(2),
  },
  'bd-re-xl': {
    kind: 'bd-re-xl',
    title: 'BD-RE XL 100 GB, three layers',
    capacity: CAPACITY[3],
    layers: 3,
    pregroove: identity('SONY', 'ET2'),
    formats: formatsOfBdRe(3),
  },
} as const satisfies Record<string, MediumSpec<keyof typeof BD_KINDS>>;
