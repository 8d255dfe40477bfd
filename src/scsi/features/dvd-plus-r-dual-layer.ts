import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 003Bh: DVD+R DL can be read; with `write`, recorded */
export const dvdPlusRDualLayer = feature(
  'DVD+R Dual Layer',
  { code: 0x003b, version: 0, additionalLength: 4 },
  {
    write: flag(4, 0),
  },
);
