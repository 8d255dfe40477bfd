import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 003Ah: DVD+RW DL can be read; with `write`, recorded */
export const dvdPlusRwDualLayer = feature(
  'DVD+RW Dual Layer',
  { code: 0x003a, version: 0, additionalLength: 4 },
  {
    write: flag(4, 0),
    quickStart: flag(5, 1),
    closeOnly: flag(5, 0),
  },
);
