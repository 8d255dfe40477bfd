import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { readTocPmaAtip } from '../scsi/commands/read-toc-pma-atip.js';
import { readTrackInformation } from '../scsi/commands/read-track-information.js';
import type { Lie } from './lies.js';
import { TURNINGS, type Turnings } from './turnings.js';
import { VIRTUAL_KINDS, type VirtualKind } from './media.js';

/** Who makes all of them, and in which revision, as INQUIRY and discovery tell. */
export const MAKER = { vendor: 'SPINDLE', revision: '1.00' } as const;

/** A drive as a shop would sell it: what it reads and records, what it is attached by, and what it does not do right. */
export interface DriveModel {
  readonly product: string;
  readonly reads: readonly VirtualKind[];
  readonly writes: readonly VirtualKind[];
  /** Tells each medium by its own profile, also one that it only reads. */
  readonly tellsKinds?: true;
  /** Opcodes that it does not know, whatever MMC wants of it. */
  readonly lacks?: readonly number[];
  readonly bus: 'sata' | 'usb';
  readonly lies: readonly Lie[];
  /** How it turns media where that is not at constant linear velocity. */
  readonly turnings?: Turnings;
}

const CD = ['cd-r', 'cd-rw'] as const satisfies readonly VirtualKind[];
const DVD = [
  'dvd-r',
  'dvd-rw',
  'dvd-rw-overwrite',
  'dvd-r-dl',
  'dvd-r-dl-jump',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'dvd-ram',
] as const satisfies readonly VirtualKind[];
const DISK: readonly VirtualKind[] = ['removable-disk'];
const DISCS = VIRTUAL_KINDS.filter((kind) => !DISK.includes(kind));
const XL: readonly VirtualKind[] = ['bd-r-xl', 'bd-re-xl'];
const BUT_XL = DISCS.filter((kind) => !XL.includes(kind));

const HONEST = { bus: 'sata', lies: [] } as const;

export const MODELS = {
  'bd-writer': { product: 'VIRTUAL BD-RE', reads: BUT_XL, writes: BUT_XL, ...HONEST },
  'bdxl-writer': { product: 'VIRTUAL BDXL', reads: DISCS, writes: DISCS, ...HONEST },
  'dvd-writer': { product: 'VIRTUAL DVD-RW', reads: [...CD, ...DVD], writes: [...CD, ...DVD], ...HONEST },
  /** As fast as its motor lets it be, and no faster: not at the same speed everywhere. */
  'zoned-writer': { product: 'VIRTUAL ZONED', reads: BUT_XL, writes: BUT_XL, ...HONEST, turnings: TURNINGS },
  'cd-writer': { product: 'VIRTUAL CD-RW', reads: CD, writes: CD, ...HONEST },
  /** Presents a recorded medium as CD-ROM, DVD-ROM or BD-ROM. */
  'bd-rom': { product: 'VIRTUAL BD-ROM', reads: DISCS, writes: [], ...HONEST },
  /** Tells recordable media from pressed ones, and by its features that it records none of them. */
  'bd-reader': { product: 'VIRTUAL READER', reads: DISCS, writes: [], tellsKinds: true, ...HONEST },
  'disk-drive': { product: 'VIRTUAL DISK', reads: DISK, writes: DISK, ...HONEST },
  /** Says that it holds a removable disk, and knows nothing of discs, sessions and tracks. */
  'plain-disk-drive': {
    product: 'VIRTUAL DISK',
    reads: DISK,
    writes: DISK,
    lacks: [readDiscInformation.opcode, readTrackInformation.opcode, readTocPmaAtip.opcode],
    ...HONEST,
  },
  /** Everything that is wrong with some drive or other, as far as one drive can have it all. */
  'lying-writer': {
    product: 'VIRTUAL LIAR',
    reads: BUT_XL,
    writes: BUT_XL,
    bus: 'sata',
    lies: [
      'negative-next-writable',
      'pre-gap-next-writable',
      'no-free-blocks',
      'illegal-write-parameters',
      'long-write-parameters',
      'few-write-parameters',
      'ignores-immediate',
      'always-erasable',
      'late-features',
      'ready-while-busy',
      'no-events',
      'no-reservation',
      'no-calibration',
      'no-cd-speed',
      'streaming-range',
      'format-keeps-blocks',
      'no-quick-certification',
      'unreadable-tables',
    ],
  },
  'usb-bridge': {
    product: 'VIRTUAL USB BD',
    reads: BUT_XL,
    writes: BUT_XL,
    bus: 'usb',
    lies: [
      'ignores-immediate',
      'no-events',
      'short-mode-commands',
      'short-transfers',
      'spurious-check',
      'vague-busy',
    ],
  },
} as const satisfies Record<string, DriveModel>;

export type ModelName = keyof typeof MODELS;
export const MODEL_NAMES = Object.keys(MODELS) as [ModelName, ...ModelName[]];
