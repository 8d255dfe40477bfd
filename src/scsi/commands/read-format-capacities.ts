import { uint16be } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.24 */
export const readFormatCapacities = cdb('READ FORMAT CAPACITIES', 0x23, {
  allocationLength: byte(7, uint16be),
});
