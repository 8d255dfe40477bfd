import { bytes, uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** MMC-5 §7.5; by `packet` also increments are meant, by `atOnce` a session or a disc. */
export const WRITE_TYPE = { packet: 0, trackAtOnce: 1, atOnce: 2, raw: 3, layerJump: 4 } as const;

/**
 * MMC-5 §7.5. `multiSession`: 0 no further session, 1 the same with a B0 pointer, 3 further sessions. `trackMode` is CONTROL of
 * subchannel Q, 5 for increments. `dataBlockType`: 0 raw 2,352 bytes, 1 to 3 raw with subchannel, 8 mode 1, 9 mode 2,
 * 10 to 13 XA. Packet size, link size and pause are in blocks.
 */
export const writeParameters = modePage('Write Parameters', 0x05, 52, {
  bufferUnderrunFree: flag(2, 6),
  linkSizeValid: flag(2, 5),
  testWrite: flag(2, 4),
  writeType: bits(2, 3, 0),
  multiSession: bits(3, 7, 6),
  fixedPacket: flag(3, 5),
  copy: flag(3, 4),
  trackMode: bits(3, 3, 0),
  dataBlockType: bits(4, 3, 0),
  linkSize: byte(5, uint8),
  hostApplicationCode: bits(7, 5, 0),
  sessionFormat: byte(8, uint8),
  packetSize: byte(10, uint32be),
  audioPauseLength: byte(14, uint16be),
  mediaCatalogNumber: byte(16, bytes(16)),
  internationalStandardRecordingCode: byte(32, bytes(16)),
  subHeader: byte(48, bytes(4)),
});
