/** Features of Compact Disc. */
import { cdMastering } from '../../scsi/features/cd-mastering.js';
import { cdRead } from '../../scsi/features/cd-read.js';
import { cdRwMediaWrite } from '../../scsi/features/cd-rw-media-write.js';
import { cdTrackAtOnce } from '../../scsi/features/cd-track-at-once.js';
import { multiRead } from '../../scsi/features/multi-read.js';
import { type FeatureRow, holds, reads, records, writes } from './feature-row.js';

const CD = ['cd-r', 'cd-rw'] as const;
/** Raw audio (0) and mode 1 (8). */
const DATA_BLOCK_TYPES = (1 << 0) | (1 << 8);
const CD_RW_SUB_TYPES = 0b0111;
const LARGEST_CUE_SHEET = 8 * 300;

export const CD_FEATURES: readonly FeatureRow[] = [
  {
    code: multiRead.code,
    has: reads(...CD),
    isCurrent: holds(...CD),
    encode: (_, current) => multiRead.encode({ current }),
  },
  {
    code: cdRead.code,
    has: reads(...CD),
    isCurrent: holds(...CD),
    encode: (_, current) => cdRead.encode({ current, cdText: true }),
  },
  {
    code: cdTrackAtOnce.code,
    has: writes(...CD),
    isCurrent: records(...CD),
    encode: (_, current) =>
      cdTrackAtOnce.encode({
        current,
        bufferUnderrunFree: true,
        testWrite: true,
        cdRw: true,
        dataBlockTypes: DATA_BLOCK_TYPES,
      }),
  },
  {
    code: cdMastering.code,
    has: writes(...CD),
    isCurrent: records(...CD),
    encode: (_, current) =>
      cdMastering.encode({
        current,
        bufferUnderrunFree: true,
        sessionAtOnce: true,
        testWrite: true,
        cdRw: true,
        maximumCueSheetLength: LARGEST_CUE_SHEET,
      }),
  },
  {
    code: cdRwMediaWrite.code,
    has: writes('cd-rw'),
    isCurrent: records('cd-rw'),
    encode: (_, current) => cdRwMediaWrite.encode({ current, subTypes: CD_RW_SUB_TYPES }),
  },
];
