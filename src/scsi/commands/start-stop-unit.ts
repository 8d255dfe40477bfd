import { bits, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.40. `powerCondition` other than 0 overrules `loadEject` and `start`. */
export const startStopUnit = cdb('START STOP UNIT', 0x1b, {
  immediate: flag(1, 0),
  powerCondition: bits(4, 7, 4),
  loadEject: flag(4, 1),
  start: flag(4, 0),
});
