import { uint24be } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.33. `cueSheetSize` in bytes. */
export const sendCueSheet = cdb('SEND CUE SHEET', 0x5d, {
  cueSheetSize: byte(6, uint24be),
});
