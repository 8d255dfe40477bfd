import { uint32be } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.2. `blankingType`: 0 disc, 1 minimally, 2 track, 3 unreserve track, 4 track tail, 5 unclose session, 6 erase session. */
export const blank = cdb('BLANK', 0xa1, {
  immediate: flag(1, 4),
  blankingType: bits(1, 2, 0),
  startAddressTrackNumber: byte(2, uint32be),
});
