import { uint8 } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0037h: bit n of `subTypes`: 0 standard, 1 high, 2 ultra, 3 ultra+ speed media */
export const cdRwMediaWrite = feature(
  'CD-RW Media Write Support',
  { code: 0x0037, version: 0, additionalLength: 4 },
  {
    subTypes: byte(5, uint8),
  },
);
