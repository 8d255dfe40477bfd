import { int32be, uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.46 */
export const writeAndVerify10 = cdb('WRITE AND VERIFY (10)', 0x2e, {
  disablePageOut: flag(1, 4),
  logicalBlockAddress: byte(2, int32be),
  transferLength: byte(7, uint16be),
});
