import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0024h: the drive replaces defect blocks */
export const hardwareDefectManagement = feature(
  'Hardware Defect Management',
  { code: 0x0024, version: 1, additionalLength: 4 },
  {
    supportsSpareAreas: flag(4, 7),
  },
);
