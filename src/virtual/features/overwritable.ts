/** Features of media whose blocks can be overwritten in place, and formatted. */
import { formattable } from '../../scsi/features/formattable.js';
import { hardwareDefectManagement } from '../../scsi/features/hardware-defect-management.js';
import { writeProtect } from '../../scsi/features/write-protect.js';
import { randomWritable } from '../../scsi/features/random-writable.js';
import { PROTECTABLE } from '../protection.js';
import type { VirtualDrive } from '../virtual-drive.js';
import {
  type FeatureRow,
  holds,
  records,
  writes,
  type Question,
  blockBytes,
  blocking,
} from './feature-row.js';

const OVERWRITABLE = ['dvd+rw', 'dvd+rw-dl', 'dvd-ram', 'bd-re', 'removable-disk'] as const;
const FORMATTABLE = ['dvd-rw', 'dvd-rw-overwrite', 'dvd+rw', 'dvd+rw-dl', 'dvd-ram', 'bd-re'] as const;

const lastBlock = (drive: VirtualDrive): number => {
  if (drive.medium === undefined) return 0;
  return Math.max(0, (drive.tables.format?.blocks ?? drive.tables.capacity) - 1);
};

const hasSpares: Question = (drive) =>
  drive.tables.format !== null && drive.tables.format.type !== 0x31 && drive.canRecord;

export const OVERWRITABLE_FEATURES: readonly FeatureRow[] = [
  {
    code: randomWritable.code,
    has: writes(...OVERWRITABLE),
    isCurrent: records(...OVERWRITABLE),
    encode: (drive, current) =>
      randomWritable.encode({
        current,
        lastLogicalBlockAddress: lastBlock(drive),
        logicalBlockSize: blockBytes(drive),
        blocking: blocking(drive),
        pagePresent: true,
      }),
  },
  {
    code: formattable.code,
    has: writes(...FORMATTABLE),
    isCurrent: (drive) => drive.canRecord && holds(...FORMATTABLE)(drive),
    encode: (drive, current) => {
      const bd = holds('bd-re')(drive);
      return formattable.encode({ current, renosa: bd, quickCertification: bd, certification: bd });
    },
  },
  {
    code: hardwareDefectManagement.code,
    has: writes('bd-re', 'dvd-ram'),
    isCurrent: (drive) => holds('bd-re', 'dvd-ram')(drive) && hasSpares(drive),
    encode: (_, current) => hardwareDefectManagement.encode({ current, supportsSpareAreas: true }),
  },
  {
    code: writeProtect.code,
    has: writes(...PROTECTABLE, 'removable-disk'),
    isCurrent: records(...PROTECTABLE, 'removable-disk'),
    encode: (drive, current) =>
      writeProtect.encode({
        current,
        persistentWriteProtection: holds(...PROTECTABLE)(drive),
        softwareWriteProtection: true,
      }),
  },
];
