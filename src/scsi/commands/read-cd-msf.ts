import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';
import { msf } from '../structures/msf.js';

/** MMC-5 §6.21: READ CD from the starting time up to, but not including, the ending time. */
export const readCdMsf = cdb('READ CD MSF', 0xb9, {
  expectedSectorType: bits(1, 4, 2),
  startingMsf: byte(3, msf),
  endingMsf: byte(6, msf),
  sync: flag(9, 7),
  headerCodes: bits(9, 6, 5),
  userData: flag(9, 4),
  edcEcc: flag(9, 3),
  c2ErrorInformation: bits(9, 2, 1),
  subchannelSelection: bits(10, 2, 0),
});
