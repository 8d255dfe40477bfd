import { uint16be, uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0020h: any block can be written */
export const randomWritable = feature(
  'Random Writable',
  { code: 0x0020, version: 1, additionalLength: 12 },
  {
    lastLogicalBlockAddress: byte(4, uint32be),
    logicalBlockSize: byte(8, uint32be),
    blocking: byte(12, uint16be),
    pagePresent: flag(14, 0),
  },
);
