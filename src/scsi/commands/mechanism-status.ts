import { uint16be } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.11 */
export const mechanismStatus = cdb('MECHANISM STATUS', 0xbd, {
  allocationLength: byte(8, uint16be),
});
