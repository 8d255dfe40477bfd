/** Features of media whose blocks can be overwritten in place, and formatted. */
import { formattable } from '../../scsi/features/formattable.js';
import { hardwareDefectManagement } from '../../scsi/features/hardware-defect-management.js';
import { writeProtect } from '../../scsi/features/write-protect.js';
import { randomWritable } from '../../scsi/features/random-writable.js';
import { PROTECTABLE } from '../protection.js';
import { spareClusters } from '../recording/blu-ray.js';
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

const BD_RE = ['bd-re', 'bd-re-xl'] as const;
const OVERWRITABLE = ['dvd+rw', 'dvd+rw-dl', 'dvd-ram', ...BD_RE, 'removable-disk'] as const;
/** BD-R is formatted at most once, while it is blank. */
const BD_R = ['bd-r', 'bd-r-xl'] as const;
const FORMATTABLE = [
  'dvd-rw',
  'dvd-rw-overwrite',
  'dvd+rw',
  'dvd+rw-dl',
  'dvd-ram',
  ...BD_RE,
  ...BD_R,
] as const;

const lastBlock = (drive: VirtualDrive): number => {
  if (drive.medium === undefined) return 0;
  return Math.max(0, (drive.tables.format?.blocks ?? drive.tables.capacity) - 1);
};

/** DVD-RAM always has some. */
const hasSpares: Question = (drive) => {
  if (!drive.canRecord || drive.tables.format === null) return false;
  return holds('dvd-ram')(drive) || (holds(...BD_RE, ...BD_R)(drive) && spareClusters(drive.tables) > 0);
};

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
      const bd = holds(...BD_RE)(drive);
      return formattable.encode({ current, renosa: bd, quickCertification: bd, certification: bd });
    },
  },
  {
    code: hardwareDefectManagement.code,
    has: writes('bd-re', 'bd-r', 'dvd-ram'),
    isCurrent: hasSpares,
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
