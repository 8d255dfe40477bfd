/** Features of media whose blocks can be overwritten in place, and formatted. */
import { formattable } from '../../scsi/features/formattable.js';
import { hardwareDefectManagement } from '../../scsi/features/hardware-defect-management.js';
import { randomWritable } from '../../scsi/features/random-writable.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { type FeatureRow, holds, records, writes, type Question, blocking } from './feature-row.js';

const OVERWRITABLE = ['dvd+rw', 'bd-re'] as const;

const lastBlock = (drive: VirtualDrive): number => {
  if (drive.medium === undefined) return 0;
  return (drive.tables.format?.blocks ?? drive.tables.capacity) - 1;
};

const hasSpares: Question = (drive) =>
  holds('bd-re')(drive) && drive.tables.format !== null && drive.tables.format.type !== 0x31;

export const OVERWRITABLE_FEATURES: readonly FeatureRow[] = [
  {
    code: randomWritable.code,
    has: writes(...OVERWRITABLE),
    isCurrent: records(...OVERWRITABLE),
    encode: (drive, current) =>
      randomWritable.encode({
        current,
        lastLogicalBlockAddress: lastBlock(drive),
        logicalBlockSize: 2048,
        blocking: blocking(drive),
        pagePresent: true,
      }),
  },
  {
    code: formattable.code,
    has: writes(...OVERWRITABLE),
    isCurrent: records(...OVERWRITABLE),
    encode: (drive, current) => {
      const bd = holds('bd-re')(drive);
      return formattable.encode({ current, renosa: bd, quickCertification: bd, certification: bd });
    },
  },
  {
    code: hardwareDefectManagement.code,
    has: writes('bd-re'),
    isCurrent: hasSpares,
    encode: (_, current) => hardwareDefectManagement.encode({ current, supportsSpareAreas: true }),
  },
];
