import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0004h: which write protections the drive can read or set */
export const writeProtect = feature(
  'Write Protect',
  { code: 0x0004, version: 2, additionalLength: 4 },
  {
    discWriteProtectPac: flag(4, 3),
    writeInhibitDcb: flag(4, 2),
    persistentWriteProtection: flag(4, 1),
    softwareWriteProtection: flag(4, 0),
  },
);
