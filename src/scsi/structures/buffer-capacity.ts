import { uint16be, uint32be } from '../../binary/codec.js';
import { byte, flag, layout, preset } from '../../binary/layout.js';

/** MMC-5 §6.18.3, READ BUFFER CAPACITY. In bytes; with `block`, the length is 0 and the available part is in blocks. */
export const bufferCapacity = layout('Buffer Capacity', 12, {
  dataLength: preset(byte(0, uint16be), 10),
  block: flag(3, 0),
  lengthOfBuffer: byte(4, uint32be),
  availableLengthOfBuffer: byte(8, uint32be),
});
