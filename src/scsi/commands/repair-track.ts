import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.28 */
export const repairTrack = cdb('REPAIR TRACK', 0x58, {
  immediate: flag(1, 0),
  logicalTrackNumber: byte(4, uint16be),
});
