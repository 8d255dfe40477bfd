import { int32be, uint16be } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.27. `addressType`: 0 logical block, 1 track (FFh the invisible or incomplete one), 2 session. */
export const readTrackInformation = cdb('READ TRACK INFORMATION', 0x52, {
  open: flag(1, 2),
  addressType: bits(1, 1, 0),
  address: byte(2, int32be),
  allocationLength: byte(7, uint16be),
});
