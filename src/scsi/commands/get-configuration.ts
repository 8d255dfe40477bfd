import { uint16be } from '../../binary/codec.js';
import { bits, byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.6. `requestedType`: 0 all features from the starting one, 1 the current ones of these, 2 the starting one only. */
export const getConfiguration = cdb('GET CONFIGURATION', 0x46, {
  requestedType: bits(1, 1, 0),
  startingFeatureNumber: byte(2, uint16be),
  allocationLength: byte(7, uint16be),
});
