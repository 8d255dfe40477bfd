import { uint16be } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.3. `closeFunction`: 0 stop background format, 1 track, 2 session, 5 finalize with minimal radius, 6 finalize. */
export const closeTrackSession = cdb('CLOSE TRACK/SESSION', 0x5b, {
  immediate: flag(1, 0),
  closeFunction: bits(2, 2, 0),
  logicalTrackNumber: byte(4, uint16be),
});
