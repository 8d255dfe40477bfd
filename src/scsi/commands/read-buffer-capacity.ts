import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.18. `block` asks for blocks instead of bytes. */
export const readBufferCapacity = cdb('READ BUFFER CAPACITY', 0x5c, {
  block: flag(1, 0),
  allocationLength: byte(7, uint16be),
});
