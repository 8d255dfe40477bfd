import { int32be, uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.43 */
export const verify10 = cdb('VERIFY (10)', 0x2f, {
  disablePageOut: flag(1, 4),
  byteCheck: flag(1, 1),
  logicalBlockAddress: byte(2, int32be),
  verificationLength: byte(7, uint16be),
});
