import { cdb } from '../cdb.js';

/** MMC-5 §6.19 */
export const readCapacity = cdb('READ CAPACITY', 0x25, {});
