import { uint16be, uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0010h: READ CAPACITY and READ (10) work */
export const randomReadable = feature(
  'Random Readable',
  { code: 0x0010, version: 0, additionalLength: 8 },
  {
    logicalBlockSize: byte(4, uint32be),
    blocking: byte(8, uint16be),
    pagePresent: flag(10, 0),
  },
);
