import { feature } from './feature.js';

/** MMC-5 §5.3, feature 001Dh: all CD media can be read */
export const multiRead = feature('MultiRead', { code: 0x001d, version: 0, additionalLength: 0 }, {});
