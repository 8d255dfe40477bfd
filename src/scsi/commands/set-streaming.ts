import { uint16be, uint8 } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.39. `type` 0 goes with a performance descriptor of 28 bytes. */
export const setStreaming = cdb('SET STREAMING', 0xb6, {
  type: byte(8, uint8),
  parameterListLength: byte(9, uint16be),
});
