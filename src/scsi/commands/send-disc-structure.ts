import { uint16be, uint8 } from '../../binary/codec.js';
import { bits, byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.34 */
export const sendDiscStructure = cdb('SEND DISC STRUCTURE', 0xbf, {
  mediaType: bits(1, 3, 0),
  format: byte(7, uint8),
  structureDataLength: byte(8, uint16be),
});
