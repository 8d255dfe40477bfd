import { cdb } from '../cdb.js';

/** SPC-3 §6.33, MMC-5 §6.42 */
export const testUnitReady = cdb('TEST UNIT READY', 0x00, {});
