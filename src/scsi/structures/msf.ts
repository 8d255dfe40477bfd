import { uint8 } from '../../binary/codec.js';
import { byte, layout } from '../../binary/layout.js';

/** A time of CD addressing in binary, not BCD: 75 frames a second. */
export const msf = layout('MSF', 3, {
  minute: byte(0, uint8),
  second: byte(1, uint8),
  frame: byte(2, uint8),
});
