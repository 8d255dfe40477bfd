import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0038h: blocks of BD-R can be written again, at the cost of spare ones */
export const bdRPow = feature('BD-R Pseudo-Overwrite', { code: 0x0038, version: 0, additionalLength: 4 }, {});
