/** Features of Blu-ray Disc. */
import { bdRead } from '../../scsi/features/bd-read.js';
import { bdWrite } from '../../scsi/features/bd-write.js';
import { type FeatureRow, holds, reads, records, writes } from './feature-row.js';

const BD_RE_VERSION_2 = 1 << 2;
const BD_R_VERSION_1 = 1 << 1;

export const BD_FEATURES: readonly FeatureRow[] = [
  {
    code: bdRead.code,
    has: reads('bd-re'),
    isCurrent: holds('bd-re'),
    encode: (_, current) =>
      bdRead.encode({
        current,
        reClass0: BD_RE_VERSION_2,
        reClass1: 0,
        reClass2: 0,
        reClass3: 0,
        rClass0: BD_R_VERSION_1,
        rClass1: 0,
        rClass2: 0,
        rClass3: 0,
        romClass0: BD_R_VERSION_1,
        romClass1: 0,
        romClass2: 0,
        romClass3: 0,
      }),
  },
  {
    code: bdWrite.code,
    has: writes('bd-re'),
    isCurrent: records('bd-re'),
    encode: (_, current) =>
      bdWrite.encode({
        current,
        supportsVerifyNotRequired: true,
        reClass0: BD_RE_VERSION_2,
        reClass1: 0,
        reClass2: 0,
        reClass3: 0,
        rClass0: 0,
        rClass1: 0,
        rClass2: 0,
        rClass3: 0,
      }),
  },
];
