import { uint24be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 002Eh: session at once and raw. `maximumCueSheetLength` in bytes. */
export const cdMastering = feature(
  'CD Mastering',
  { code: 0x002e, version: 1, additionalLength: 4 },
  {
    bufferUnderrunFree: flag(4, 6),
    sessionAtOnce: flag(4, 5),
    rawMultiSession: flag(4, 4),
    raw: flag(4, 3),
    testWrite: flag(4, 2),
    cdRw: flag(4, 1),
    rwSubcode: flag(4, 0),
    maximumCueSheetLength: byte(5, uint24be),
  },
);
