import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 002Bh: DVD+R can be read; with `write`, recorded */
export const dvdPlusR = feature(
  'DVD+R',
  { code: 0x002b, version: 0, additionalLength: 4 },
  {
    write: flag(4, 0),
  },
);
