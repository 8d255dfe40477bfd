import { uint8 } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0106h: CSS and its version */
export const dvdCss = feature(
  'DVD CSS',
  { code: 0x0106, version: 0, additionalLength: 4 },
  {
    cssVersion: byte(7, uint8),
  },
);
