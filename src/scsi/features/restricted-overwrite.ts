import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0026h: blocks can be overwritten in whole packets */
export const restrictedOverwrite = feature(
  'Restricted Overwrite',
  { code: 0x0026, version: 0, additionalLength: 0 },
  {},
);
