import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0023h: FORMAT UNIT works. `renosa`: BD-RE without spare areas. */
export const formattable = feature(
  'Formattable',
  { code: 0x0023, version: 1, additionalLength: 8 },
  {
    renosa: flag(4, 3),
    expand: flag(4, 2),
    quickCertification: flag(4, 1),
    certification: flag(4, 0),
    randomRecordingMode: flag(8, 0),
  },
);
