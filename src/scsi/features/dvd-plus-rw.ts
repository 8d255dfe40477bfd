import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 002Ah: DVD+RW can be read; with `write`, recorded */
export const dvdPlusRw = feature(
  'DVD+RW',
  { code: 0x002a, version: 1, additionalLength: 4 },
  {
    write: flag(4, 0),
    quickStart: flag(5, 1),
    closeOnly: flag(5, 0),
  },
);
