import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0002h: events of changed features */
export const morphing = feature(
  'Morphing',
  { code: 0x0002, version: 1, additionalLength: 4 },
  {
    operationalChangeEvent: flag(4, 1),
    asynchronous: flag(4, 0),
  },
);
