/** Features of Blu-ray Disc. */
import { bdRPow } from '../../scsi/features/bd-r-pow.js';
import { bdRead } from '../../scsi/features/bd-read.js';
import { bdWrite } from '../../scsi/features/bd-write.js';
import { hasPseudoOverwrite } from '../recording/blu-ray.js';
import type { VirtualKind } from '../media.js';
import { type FeatureRow, holds, reads, records, writes } from './feature-row.js';

const BD = ['bd-re', 'bd-re-xl', 'bd-r', 'bd-r-xl'] as const satisfies VirtualKind[];
const BD_R = ['bd-r', 'bd-r-xl'] as const satisfies VirtualKind[];

const BD_RE_VERSION_2 = 1 << 2;
const BD_R_VERSION_1 = 1 << 1;
/** BDXL is class 2 (unverified: a single source). */
const XL_VERSION_1 = 1 << 1;

const bitmap = (knows: boolean, versions: number): number => (knows ? versions : 0);

export const BD_FEATURES: readonly FeatureRow[] = [
  {
    code: bdRPow.code,
    has: writes('bd-r'),
    isCurrent: (drive) => records(...BD_R)(drive) && hasPseudoOverwrite(drive.tables),
    encode: (_, current) => bdRPow.encode({ current }),
  },
  {
    code: bdRead.code,
    has: reads(...BD),
    isCurrent: holds(...BD),
    encode: (drive, current) =>
      bdRead.encode({
        current,
        reClass0: bitmap(reads('bd-re')(drive), BD_RE_VERSION_2),
        reClass1: 0,
        reClass2: bitmap(reads('bd-re-xl')(drive), XL_VERSION_1),
        reClass3: 0,
        rClass0: bitmap(reads('bd-r')(drive), BD_R_VERSION_1),
        rClass1: 0,
        rClass2: bitmap(reads('bd-r-xl')(drive), XL_VERSION_1),
        rClass3: 0,
        romClass0: BD_R_VERSION_1,
        romClass1: 0,
        romClass2: 0,
        romClass3: 0,
      }),
  },
  {
    code: bdWrite.code,
    has: writes(...BD),
    isCurrent: records(...BD),
    encode: (drive, current) =>
      bdWrite.encode({
        current,
        supportsVerifyNotRequired: true,
        reClass0: bitmap(writes('bd-re')(drive), BD_RE_VERSION_2),
        reClass1: 0,
        reClass2: bitmap(writes('bd-re-xl')(drive), XL_VERSION_1),
        reClass3: 0,
        rClass0: bitmap(writes('bd-r')(drive), BD_R_VERSION_1),
        rClass1: 0,
        rClass2: bitmap(writes('bd-r-xl')(drive), XL_VERSION_1),
        rClass3: 0,
      }),
  },
];
