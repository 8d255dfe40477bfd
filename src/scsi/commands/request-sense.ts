import { uint8 } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** SPC-3 §6.27, MMC-5 §6.30. `descriptorFormat` asks for response codes 72h and 73h. */
export const requestSense = cdb('REQUEST SENSE', 0x03, {
  descriptorFormat: flag(1, 0),
  allocationLength: byte(4, uint8),
});
