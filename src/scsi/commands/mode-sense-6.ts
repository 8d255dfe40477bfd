import { uint8 } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** SPC-3 §6.9. The kernel asks with this one; see MODE SENSE (10) for `pageControl`. */
export const modeSense6 = cdb('MODE SENSE (6)', 0x1a, {
  disableBlockDescriptors: flag(1, 3),
  pageControl: bits(2, 7, 6),
  pageCode: bits(2, 5, 0),
  allocationLength: byte(4, uint8),
});
