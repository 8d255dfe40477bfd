import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0041h: bit n of a bitmap stands for version n of its class */
export const bdWrite = feature(
  'BD Write',
  { code: 0x0041, version: 0, additionalLength: 20 },
  {
    supportsVerifyNotRequired: flag(4, 0),
    reClass0: byte(8, uint16be),
    reClass1: byte(10, uint16be),
    reClass2: byte(12, uint16be),
    reClass3: byte(14, uint16be),
    rClass0: byte(16, uint16be),
    rClass1: byte(18, uint16be),
    rClass2: byte(20, uint16be),
    rClass3: byte(22, uint16be),
  },
);
