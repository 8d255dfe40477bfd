import { type BurnOptions, burnOptions } from '../../src/burn/options.js';
import type { BurnPlan } from '../../src/burn/plan.js';
import { planBurn } from '../../src/burn/plan-burn.js';
import type { DriveReport } from '../../src/drive/drive.js';
import type { KnownMedium, Medium } from '../../src/drive/medium.js';
import { completeMedium } from '../../src/drive/complete-medium.js';
import { DATA_UNIT, type ImageSummary } from '../../src/image/image.js';

const BLANK_TRACK = {
  number: 1,
  session: 1,
  start: 0,
  nextWritable: 0,
  blank: true,
  reserved: false,
  damaged: false,
  data: true,
} as const;

const SEQUENTIAL = {
  status: 'empty',
  lastSession: 'empty',
  backgroundFormat: 'none',
  overwritable: false,
  formatted: true,
  writeProtected: false,
  writeProtections: [] as Medium['writeProtections'],
  readable: 0,
  nextWritable: 0,
  sessions: 0,
  formats: [] as Medium['formats'],
  contents: 'none',
} as const;

const speeds = (...kBps: number[]): Medium['writeSpeeds'] =>
  kBps.map((speed) => ({ kBps: speed, rotation: 'clv' }));

/** Blank media as drives describe them: capacities and speeds of real ones. */
export const BLANK_MEDIA = {
  'cd-r': {
    ...SEQUENTIAL,
    kind: 'cd-r',
    profile: 0x09,
    erasable: false,
    capacity: 359_849,
    free: 359_847,
    tracks: [{ ...BLANK_TRACK, length: 359_847, free: 359_847 }],
    writeSpeeds: speeds(8468, 5645, 2822, 1411, 706),
  },
  'cd-rw': {
    ...SEQUENTIAL,
    kind: 'cd-rw',
    profile: 0x0a,
    erasable: true,
    capacity: 359_849,
    free: 359_847,
    tracks: [{ ...BLANK_TRACK, length: 359_847, free: 359_847 }],
    writeSpeeds: speeds(1764, 706),
  },
  'dvd-r': {
    ...SEQUENTIAL,
    kind: 'dvd-r',
    profile: 0x11,
    erasable: false,
    capacity: 2_298_496,
    free: 2_298_496,
    tracks: [{ ...BLANK_TRACK, length: 2_298_496, free: 2_298_496 }],
    writeSpeeds: speeds(22_160, 11_080, 5540),
  },
  'dvd-rw': {
    ...SEQUENTIAL,
    kind: 'dvd-rw',
    profile: 0x14,
    erasable: true,
    capacity: 2_297_888,
    free: 2_297_888,
    tracks: [{ ...BLANK_TRACK, length: 2_297_888, free: 2_297_888 }],
    formats: [{ type: 0x15, blocks: 2_297_888, typeDependent: 16 }],
    writeSpeeds: speeds(5540, 2770),
  },
  'dvd-r-dl': {
    ...SEQUENTIAL,
    kind: 'dvd-r-dl',
    profile: 0x15,
    erasable: false,
    capacity: 4_171_712,
    free: 4_171_712,
    tracks: [{ ...BLANK_TRACK, length: 4_171_712, free: 4_171_712 }],
    writeSpeeds: speeds(11_080, 5540),
  },
  'dvd+r': {
    ...SEQUENTIAL,
    kind: 'dvd+r',
    profile: 0x1b,
    erasable: false,
    capacity: 2_295_104,
    free: 2_295_104,
    tracks: [{ ...BLANK_TRACK, length: 2_295_104, free: 2_295_104 }],
    writeSpeeds: speeds(22_160, 11_080, 5540),
  },
  'dvd+rw': {
    ...SEQUENTIAL,
    kind: 'dvd+rw',
    profile: 0x1a,
    erasable: true,
    overwritable: true,
    formatted: false,
    nextWritable: undefined,
    capacity: 2_295_104,
    free: 2_295_104,
    tracks: [{ ...BLANK_TRACK, nextWritable: undefined, length: 2_295_104, free: 2_295_104 }],
    formats: [{ type: 0x26, blocks: 2_295_104, typeDependent: 0 }],
    writeSpeeds: speeds(5540, 3324),
  },
  'bd-r': {
    ...SEQUENTIAL,
    kind: 'bd-r',
    profile: 0x41,
    erasable: false,
    capacity: 12_219_392,
    free: 12_219_392,
    tracks: [{ ...BLANK_TRACK, length: 12_219_392, free: 12_219_392 }],
    formats: [
      { type: 0x00, blocks: 11_826_176, typeDependent: 0x3000 },
      { type: 0x32, blocks: 12_088_320, typeDependent: 0x1000 },
    ],
    writeSpeeds: speeds(26_973, 17_982, 8990),
  },
  'bd-re': {
    ...SEQUENTIAL,
    kind: 'bd-re',
    profile: 0x43,
    erasable: true,
    overwritable: true,
    formatted: false,
    nextWritable: undefined,
    capacity: 11_826_176,
    free: 11_826_176,
    tracks: [],
    formats: [
      { type: 0x00, blocks: 11_826_176, typeDependent: 0x3000 },
      { type: 0x31, blocks: 12_219_392, typeDependent: 0x800 },
    ],
    writeSpeeds: speeds(8990, 4495),
  },
  'dvd+r-dl': {
    ...SEQUENTIAL,
    kind: 'dvd+r-dl',
    profile: 0x2b,
    erasable: false,
    capacity: 4_173_824,
    free: 4_173_824,
    tracks: [{ ...BLANK_TRACK, length: 4_173_824, free: 4_173_824 }],
    writeSpeeds: speeds(11_080, 5540),
    layers: 2,
    layerBreak: { blocks: 2_086_912, fixed: false },
  },
  'dvd-ram': {
    ...SEQUENTIAL,
    kind: 'dvd-ram',
    profile: 0x12,
    status: 'other',
    lastSession: 'complete',
    erasable: true,
    overwritable: true,
    nextWritable: undefined,
    capacity: 2_236_704,
    free: 2_236_704,
    readable: 2_236_704,
    tracks: [],
    formats: [{ type: 0x00, blocks: 2_236_704, typeDependent: 0x800 }],
    writeSpeeds: speeds(6925, 4155),
    layers: 1,
  },
  'removable-disk': {
    ...SEQUENTIAL,
    kind: 'removable-disk',
    profile: 0x02,
    status: 'other',
    lastSession: 'complete',
    erasable: true,
    overwritable: true,
    nextWritable: undefined,
    capacity: 1_000_000,
    free: 1_000_000,
    readable: 1_000_000,
    tracks: [],
    writeSpeeds: [] as Medium['writeSpeeds'],
    blockBytes: 4096,
  },
} satisfies Record<string, KnownMedium>;

export type BurnableKind = keyof typeof BLANK_MEDIA;
export const BURNABLE_KINDS = Object.keys(BLANK_MEDIA) as BurnableKind[];

/** Features that are current with a medium of the kind, MMC-5 §5.3. */
const CURRENT_FEATURES: Readonly<Record<BurnableKind, number[]>> = {
  'cd-r': [0x10, 0x1e, 0x2d, 0x2e],
  'cd-rw': [0x10, 0x1e, 0x2d, 0x2e, 0x37],
  'dvd-r': [0x10, 0x1f, 0x21, 0x2f],
  'dvd-rw': [0x10, 0x1f, 0x21, 0x23, 0x2f],
  'dvd-r-dl': [0x10, 0x1f, 0x21, 0x2f],
  'dvd+r': [0x10, 0x1f, 0x2b],
  'dvd+rw': [0x10, 0x1f, 0x20, 0x23, 0x2a],
  'bd-r': [0x10, 0x23, 0x40, 0x41],
  'bd-re': [0x10, 0x20, 0x23, 0x24, 0x40, 0x41],
  'dvd+r-dl': [0x10, 0x1f, 0x3b],
  'dvd-ram': [0x04, 0x10, 0x1f, 0x20, 0x23, 0x24],
  'removable-disk': [0x10, 0x20],
};

const currentFeatures = ({ kind, profile }: Medium): number[] =>
  profile === 0x13 ? [0x10, 0x1f, 0x23, 0x26, 0x2c] : CURRENT_FEATURES[kind as BurnableKind];

export const aMedium = (kind: BurnableKind, change: Partial<Medium> = {}): Medium =>
  completeMedium({ ...BLANK_MEDIA[kind], ...change });

/** The same kind of medium with one finished recording on it. */
export const aRecordedMedium = (kind: BurnableKind): Medium => {
  const { overwritable } = BLANK_MEDIA[kind];
  if (overwritable)
    return aMedium(kind, {
      status: 'complete',
      formatted: true,
      backgroundFormat: kind === 'dvd+rw' ? 'complete' : 'none',
      readable: BLANK_MEDIA[kind].capacity,
      contents: 'volume',
      volumeIdentifier: 'OLD',
    });
  return aMedium(kind, {
    status: 'complete',
    lastSession: 'complete',
    sessions: 1,
    readable: 5000,
    free: 0,
    nextWritable: undefined,
    tracks: [{ ...BLANK_TRACK, blank: false, nextWritable: undefined, length: 5000, free: 0 }],
    contents: 'volume',
    volumeIdentifier: 'OLD',
  });
};

const CDS: ReadonlySet<string | undefined> = new Set(['cd-r', 'cd-rw']);

/** A DVD-RW in restricted overwrite, with a volume and room behind its border. */
export const aFormattedDvdRw = (change: Partial<Medium> = {}): Medium =>
  aMedium('dvd-rw', {
    profile: 0x13,
    status: 'complete',
    lastSession: 'complete',
    sessions: 1,
    overwritable: true,
    readable: 100_000,
    nextWritable: undefined,
    tracks: [],
    formats: [
      { type: 0x00, blocks: 2_297_888, typeDependent: 2048 },
      { type: 0x13, blocks: 2_197_888, typeDependent: 16 },
    ],
    contents: 'volume',
    ...change,
  });

export const aReport = (medium: Medium | undefined, change: Partial<DriveReport> = {}): DriveReport => ({
  identity: { vendor: 'SPINDLE', product: 'TEST', revision: '1.00' },
  capabilities: {
    profiles: [0x43, 0x1b, 0x1a, 0x16, 0x15, 0x14, 0x13, 0x11, 0x0a, 0x09],
    currentFeatures: medium ? currentFeatures(medium) : [],
    media: [],
    testWrite: medium !== undefined && !medium.overwritable && !medium.kind.startsWith('dvd+'),
    sessionAtOnce: CDS.has(medium?.kind),
    bufferUnderrunFree: true,
    streamWriting: true,
    bdxl: 'none',
    bufferBytes: 2 * 1024 * 1024,
    canLoad: true,
  },
  contents: medium ? 'ready' : 'empty',
  quirks: [],
  ...(medium && { medium }),
  ...change,
});

export const anImage = (blocks: number, change: Partial<ImageSummary> = {}): ImageSummary => ({
  parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: 'next-writable', length: blocks }],
  bytes: blocks * 2048,
  volumeIdentifier: 'NEW',
  files: 3,
  directories: 1,
  smallFiles: 0,
  requestDigest: 'ab'.repeat(32),
  ...change,
});

export const withOptions = (options: Partial<BurnOptions> = {}): BurnOptions => burnOptions.parse(options);

/** The plan for a case that is not refused. */
export const aPlan = (medium: Medium, blocks = 5000, options: Partial<BurnOptions> = {}): BurnPlan => {
  const decision = planBurn(aReport(medium), anImage(blocks), withOptions(options));
  if (!('plan' in decision)) throw new Error(JSON.stringify(decision.refusals));
  return decision.plan;
};
