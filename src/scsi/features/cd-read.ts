import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 001Eh: READ CD works */
export const cdRead = feature(
  'CD Read',
  { code: 0x001e, version: 2, additionalLength: 4 },
  {
    digitalAudioPlay: flag(4, 7),
    c2Flags: flag(4, 1),
    cdText: flag(4, 0),
  },
);
