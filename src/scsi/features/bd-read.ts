import { uint16be } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0040h: bit n of a bitmap stands for version n of its class */
export const bdRead = feature(
  'BD Read',
  { code: 0x0040, version: 0, additionalLength: 28 },
  {
    reClass0: byte(8, uint16be),
    reClass1: byte(10, uint16be),
    reClass2: byte(12, uint16be),
    reClass3: byte(14, uint16be),
    rClass0: byte(16, uint16be),
    rClass1: byte(18, uint16be),
    rClass2: byte(20, uint16be),
    rClass3: byte(22, uint16be),
    romClass0: byte(24, uint16be),
    romClass1: byte(26, uint16be),
    romClass2: byte(28, uint16be),
    romClass3: byte(30, uint16be),
  },
);
