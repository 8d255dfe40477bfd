import { bits, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.5; what to format is in the parameter list, and `formatCode` is always 1 */
export const formatUnit = cdb('FORMAT UNIT', 0x04, {
  formatData: flag(1, 4),
  completeList: flag(1, 3),
  formatCode: bits(1, 2, 0),
});
