/** Features of DVD-R, DVD-RW and DVD-R DL. */
import { dvdRRwWrite } from '../../scsi/features/dvd-r-rw-write.js';
import { encodeIncrementalStreaming } from '../../scsi/features/incremental-streaming.js';
import { encodeLayerJumpRecording } from '../../scsi/features/layer-jump-recording.js';
import { restrictedOverwrite } from '../../scsi/features/restricted-overwrite.js';
import { rigidRestrictedOverwrite } from '../../scsi/features/rigid-restricted-overwrite.js';
import { isIntermediate } from '../recording/restricted-overwrite.js';
import { allowsIncrements } from '../recording/write-mode.js';
import { type FeatureRow, type Question, holds, records, writes } from './feature-row.js';

const RECORDABLE = ['dvd-r', 'dvd-rw', 'dvd-r-dl'] as const;
/** Mode 1. */
const DATA_BLOCK_TYPES = 1 << 8;
const LINK_SIZES = [16] as const;

const inIncrements: Question = (drive) => records(...RECORDABLE)(drive) && allowsIncrements(drive.tables);

export const DVD_MINUS_FEATURES: readonly FeatureRow[] = [
  {
    code: 0x0021,
    has: writes(...RECORDABLE),
    isCurrent: inIncrements,
    encode: (_, current) =>
      encodeIncrementalStreaming({
        current,
        dataBlockTypes: DATA_BLOCK_TYPES,
        bufferUnderrunFree: true,
        linkSizes: LINK_SIZES,
      }),
  },
  {
    code: restrictedOverwrite.code,
    has: writes('dvd-rw-overwrite'),
    isCurrent: records('dvd-rw-overwrite'),
    encode: (_, current) => restrictedOverwrite.encode({ current }),
  },
  {
    code: rigidRestrictedOverwrite.code,
    has: writes('dvd-rw-overwrite'),
    isCurrent: holds('dvd-rw-overwrite'),
    encode: (drive, current) =>
      rigidRestrictedOverwrite.encode({
        current,
        blank: true,
        intermediate: drive.medium !== undefined && isIntermediate(drive.tables),
      }),
  },
  {
    code: dvdRRwWrite.code,
    has: writes(...RECORDABLE),
    isCurrent: records(...RECORDABLE),
    encode: (drive, current) =>
      dvdRRwWrite.encode({
        current,
        bufferUnderrunFree: true,
        dualLayerR: writes('dvd-r-dl')(drive),
        testWrite: true,
        dvdRw: writes('dvd-rw')(drive),
      }),
  },
  {
    code: 0x0033,
    has: writes('dvd-r-dl-jump'),
    isCurrent: records('dvd-r-dl-jump'),
    encode: (_, current) => encodeLayerJumpRecording({ current, linkSizes: LINK_SIZES }),
  },
];
