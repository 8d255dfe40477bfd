import { uint16be } from '../../binary/codec.js';
import { bits, byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.22. `dataType`: 0 standard, 1 track resources, 2 pseudo-overwrite resources. */
export const readDiscInformation = cdb('READ DISC INFORMATION', 0x51, {
  dataType: bits(1, 2, 0),
  allocationLength: byte(7, uint16be),
});
