import { uint8 } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** SPC-3 §6.7; MMC has the longer one alone. */
export const modeSelect6 = cdb('MODE SELECT (6)', 0x15, {
  pageFormat: flag(1, 4),
  savePages: flag(1, 0),
  parameterListLength: byte(4, uint8),
});
