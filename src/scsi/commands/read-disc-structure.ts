import { uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { bits, byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.23. `mediaType`: 0 DVD, 1 BD. */
export const readDiscStructure = cdb('READ DISC STRUCTURE', 0xad, {
  mediaType: bits(1, 3, 0),
  address: byte(2, uint32be),
  layerNumber: byte(6, uint8),
  format: byte(7, uint8),
  allocationLength: byte(8, uint16be),
  agid: bits(10, 7, 6),
});
