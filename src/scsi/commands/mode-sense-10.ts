import { uint16be } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** SPC-3 §6.10, MMC-5 §6.13. `pageControl`: 0 current, 1 changeable, 2 default, 3 saved values. */
export const modeSense10 = cdb('MODE SENSE (10)', 0x5a, {
  disableBlockDescriptors: flag(1, 3),
  pageControl: bits(2, 7, 6),
  pageCode: bits(2, 5, 0),
  allocationLength: byte(7, uint16be),
});
