/** DVD-R, DVD-RW and DVD-R DL: recorded border by border, at once, or, a formatted DVD-RW, in place. */
import { WRITE_TYPE } from '../../scsi/mode-pages/write-parameters.js';
import type { KindSpec, MediumSpec } from './specification.js';

const DVD_MINUS = {
  family: 'dvd',
  readOnlyProfile: 0x0010,
  recording: 'sequential',
  erasable: false,
  eccBlocks: 16,
  maxTracksPerSession: 99,
  maxSessions: 99,
  closeFunctions: [1, 2],
  testWrite: true,
  singleSpeedKBps: 1385,
} as const;

/**
 * Border-out and the border-in behind it. Tools and drive manuals give a range of 32 to 96 MB for the first border and
 * less for later ones; these sizes are unverified.
 */
const BORDER_GAPS = { first: 32_768, later: 8192 } as const;

export const DVD_MINUS_KINDS = {
  'dvd-r': {
    ...DVD_MINUS,
    profile: 0x0011,
    writeTypes: [WRITE_TYPE.packet, WRITE_TYPE.atOnce],
    borderGaps: BORDER_GAPS,
    speeds: [16, 12, 8, 4, 2],
  },
  'dvd-rw': {
    ...DVD_MINUS,
    profile: 0x0014,
    erasable: true,
    writeTypes: [WRITE_TYPE.packet, WRITE_TYPE.atOnce],
    borderGaps: BORDER_GAPS,
    formattedKind: 'dvd-rw-overwrite',
    speeds: [6, 4, 2, 1],
  },
  /** The same disc after FORMAT UNIT. */
  'dvd-rw-overwrite': {
    ...DVD_MINUS,
    profile: 0x0013,
    recording: 'random',
    erasable: true,
    maxTracksPerSession: 1,
    maxSessions: 1,
    closeFunctions: [2, 3],
    testWrite: false,
    speeds: [6, 4, 2, 1],
  },
  /** One session only (growisofs never leaves one open). */
  'dvd-r-dl': {
    ...DVD_MINUS,
    profile: 0x0015,
    maxSessions: 1,
    writeTypes: [WRITE_TYPE.packet, WRITE_TYPE.atOnce],
    jumpingKind: 'dvd-r-dl-jump',
    speeds: [8, 6, 4, 2.4],
  },
  /** The same disc when mode page 05h asks for layer jumps, or once it is recorded with them. */
  'dvd-r-dl-jump': {
    ...DVD_MINUS,
    profile: 0x0016,
    writeTypes: [WRITE_TYPE.layerJump],
    borderGaps: BORDER_GAPS,
    speeds: [8, 6, 4, 2.4],
  },
} as const satisfies Record<string, KindSpec>;

export const DVD_MINUS_MEDIA = {
  'dvd-r': {
    kind: 'dvd-r',
    title: 'DVD-R 4.7 GB',
    capacity: 2_298_496,
    prerecorded: { manufacturer: ['TYG02', ''], physicalCode: 0xc1, partVersion: 5, layers: 1 },
  },
  'dvd-rw': {
    kind: 'dvd-rw',
    title: 'DVD-RW 4.7 GB',
    capacity: 2_297_888,
    prerecorded: { manufacturer: ['TDK502', 'sakuM3'], physicalCode: 0xc2, partVersion: 2, layers: 1 },
  },
  'dvd-r-dl': {
    kind: 'dvd-r-dl',
    title: 'DVD-R DL 8.5 GB',
    capacity: 4_171_712,
    prerecorded: { manufacturer: ['MKM 01', 'RD30'], physicalCode: 0xc1, partVersion: 6, layers: 2 },
  },
} as const satisfies Record<string, MediumSpec<keyof typeof DVD_MINUS_KINDS>>;
