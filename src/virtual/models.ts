import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { readTocPmaAtip } from '../scsi/commands/read-toc-pma-atip.js';
import { readTrackInformation } from '../scsi/commands/read-track-information.js';
import { VIRTUAL_KINDS, type VirtualKind } from './media.js';

/** A drive as a shop would sell it: what it reads and what it records. */
export interface DriveModel {
  readonly product: string;
  readonly reads: readonly VirtualKind[];
  readonly writes: readonly VirtualKind[];
  /** Opcodes that it does not know, whatever MMC wants of it. */
  readonly lacks?: readonly number[];
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
const DISK = ['removable-disk'] as const satisfies readonly VirtualKind[];
const DISCS = VIRTUAL_KINDS.filter((kind) => !DISK.includes(kind as (typeof DISK)[number]));

export const MODELS = {
  'bd-writer': { product: 'VIRTUAL BD-RE', reads: DISCS, writes: DISCS },
  'dvd-writer': { product: 'VIRTUAL DVD-RW', reads: [...CD, ...DVD], writes: [...CD, ...DVD] },
  'cd-writer': { product: 'VIRTUAL CD-RW', reads: CD, writes: CD },
  /** Presents a recorded medium as CD-ROM, DVD-ROM or BD-ROM. */
  'bd-rom': { product: 'VIRTUAL BD-ROM', reads: DISCS, writes: [] },
  'disk-drive': { product: 'VIRTUAL DISK', reads: DISK, writes: DISK },
  /** Says that it holds a removable disk, and knows nothing of discs, sessions and tracks. */
  'plain-disk-drive': {
    product: 'VIRTUAL DISK',
    reads: DISK,
    writes: DISK,
    lacks: [readDiscInformation.opcode, readTrackInformation.opcode, readTocPmaAtip.opcode],
  },
} as const satisfies Record<string, DriveModel>;

export type ModelName = keyof typeof MODELS;
export const MODEL_NAMES = Object.keys(MODELS) as [ModelName, ...ModelName[]];
