import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 001Fh: DVD media can be read */
export const dvdRead = feature(
  'DVD Read',
  { code: 0x001f, version: 1, additionalLength: 4 },
  {
    multi110: flag(4, 0),
    dualRw: flag(6, 1),
    dualR: flag(6, 0),
  },
);
