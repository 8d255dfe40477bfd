import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** SPC-3 §6.8, MMC-5 §6.12 */
export const modeSelect10 = cdb('MODE SELECT (10)', 0x55, {
  pageFormat: flag(1, 4),
  savePages: flag(1, 0),
  parameterListLength: byte(7, uint16be),
});
