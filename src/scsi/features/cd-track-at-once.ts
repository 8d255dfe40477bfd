import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 002Dh: bit n of `dataBlockTypes` stands for data block type n of the Write Parameters page */
export const cdTrackAtOnce = feature(
  'CD Track at Once',
  { code: 0x002d, version: 2, additionalLength: 4 },
  {
    bufferUnderrunFree: flag(4, 6),
    rwRaw: flag(4, 4),
    rwPack: flag(4, 3),
    testWrite: flag(4, 2),
    cdRw: flag(4, 1),
    rwSubcode: flag(4, 0),
    dataBlockTypes: byte(6, uint16be),
  },
);
