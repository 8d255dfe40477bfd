import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0100h: power conditions of START STOP UNIT */
export const powerManagement = feature(
  'Power Management',
  { code: 0x0100, version: 0, additionalLength: 0 },
  {},
);
