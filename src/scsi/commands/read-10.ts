import { int32be, uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.15 */
export const read10 = cdb('READ (10)', 0x28, {
  disablePageOut: flag(1, 4),
  forceUnitAccess: flag(1, 3),
  logicalBlockAddress: byte(2, int32be),
  transferLength: byte(7, uint16be),
});
