import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 002Fh: disc at once on DVD-R and DVD-RW */
export const dvdRRwWrite = feature(
  'DVD-R/-RW Write',
  { code: 0x002f, version: 2, additionalLength: 4 },
  {
    bufferUnderrunFree: flag(4, 6),
    dualLayerR: flag(4, 3),
    testWrite: flag(4, 2),
    dvdRw: flag(4, 1),
  },
);
