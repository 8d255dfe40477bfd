import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0105h: the drive ends commands that last too long. `unitLength` in the unit of the Time-out page. */
export const timeOut = feature(
  'Time-out',
  { code: 0x0105, version: 1, additionalLength: 4 },
  {
    group3: flag(4, 0),
    unitLength: byte(6, uint16be),
  },
);
