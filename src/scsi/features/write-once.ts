import { uint16be, uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0025h: any blank block can be written once */
export const writeOnce = feature(
  'Write Once',
  { code: 0x0025, version: 0, additionalLength: 8 },
  {
    logicalBlockSize: byte(4, uint32be),
    blocking: byte(8, uint16be),
    pagePresent: flag(10, 0),
  },
);
