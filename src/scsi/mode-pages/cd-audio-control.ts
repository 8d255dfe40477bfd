import { uint8 } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** MMC-3, page 0Eh: analog play; each of four ports has a channel and a volume. */
export const cdAudioControl = modePage('CD Audio Control', 0x0e, 16, {
  immediate: flag(2, 2),
  stopOnTrackCrossing: flag(2, 1),
  port0Channel: bits(8, 3, 0),
  port0Volume: byte(9, uint8),
  port1Channel: bits(10, 3, 0),
  port1Volume: byte(11, uint8),
  port2Channel: bits(12, 3, 0),
  port2Volume: byte(13, uint8),
  port3Channel: bits(14, 3, 0),
  port3Volume: byte(15, uint8),
});
