import { uint16be, uint8 } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** SPC-3 §6.4, MMC-5 §6.9 */
export const inquiry = cdb('INQUIRY', 0x12, {
  enableVitalProductData: flag(1, 0),
  pageCode: byte(2, uint8),
  allocationLength: byte(3, uint16be),
});
