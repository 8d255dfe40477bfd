import { int32be, uint24be } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/**
 * MMC-5 §6.20. `expectedSectorType`: 0 any, 1 CD-DA, 2 mode 1, 3 mode 2, 4 and 5 mode 2 forms 1 and 2. `headerCodes`:
 * 1 header, 2 subheader, 3 both. `c2ErrorInformation`: 1 for 294 bytes, 2 for 296. `subchannelSelection`: 1 raw P to W,
 * 2 formatted Q (16 bytes), 4 corrected R to W.
 */
export const readCd = cdb('READ CD', 0xbe, {
  expectedSectorType: bits(1, 4, 2),
  startingLogicalBlockAddress: byte(2, int32be),
  transferLength: byte(6, uint24be),
  sync: flag(9, 7),
  headerCodes: bits(9, 6, 5),
  userData: flag(9, 4),
  edcEcc: flag(9, 3),
  c2ErrorInformation: bits(9, 2, 1),
  subchannelSelection: bits(10, 2, 0),
});
