import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0028h: Mount Rainier formats */
export const mrw = feature(
  'MRW',
  { code: 0x0028, version: 1, additionalLength: 4 },
  {
    dvdPlusWrite: flag(4, 2),
    dvdPlusRead: flag(4, 1),
    cdWrite: flag(4, 0),
  },
);
