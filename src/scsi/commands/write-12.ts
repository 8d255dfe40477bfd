import { int32be, uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.45. `streaming` gives up defect management, and with it the verification on BD-RE and DVD-RAM. */
export const write12 = cdb('WRITE (12)', 0xaa, {
  disablePageOut: flag(1, 4),
  forceUnitAccess: flag(1, 3),
  logicalBlockAddress: byte(2, int32be),
  transferLength: byte(6, uint32be),
  streaming: flag(10, 7),
});
