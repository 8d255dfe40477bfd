import { padded, uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { bits, byte, flag, layout } from '../../binary/layout.js';

/** Positions count from the payload, i.e. after the four bytes of the disc structure header. */

/**
 * MMC-5 §6.23.3, format 00h: the first unit of 112 bytes of the Disc Information of BD-R and BD-RE. `identifier` is DI; `discTypeIdentifier`
 * is BDR or BDW (rewritable); units of BD-ROM (BDO) are shorter. Where others' sources disagree nothing is claimed.
 */
export const bdDiscInformation = layout('BD Disc Information', 112, {
  identifier: byte(0, padded(2)),
  format: byte(2, uint8),
  numberOfUnits: bits(3, 7, 3),
  layer: bits(3, 2, 0),
  sequenceNumber: byte(5, uint8),
  continuation: bits(6, 7, 7),
  bytesUsed: bits(6, 6, 0),
  discTypeIdentifier: byte(8, padded(3)),
  discSize: bits(11, 7, 6),
  discClass: bits(11, 5, 4),
  discVersion: bits(11, 3, 0),
  numberOfLayers: bits(12, 7, 4),
  lastUserDataAddress: byte(20, uint32be),
  firstAddressOfLayer: byte(24, uint32be),
  lastAddressOfLayer: byte(28, uint32be),
  manufacturer: byte(100, padded(6)),
  mediaType: byte(106, padded(3)),
  timeStamp: byte(109, uint16be),
  mediaRevision: byte(111, uint8),
});

/** MMC-5 §6.23.3, format 0Ah: spare blocks of a defect managed BD. */
export const bdSpareArea = layout('BD Spare Area Information', 12, {
  freeSpareBlocks: byte(4, uint32be),
  allocatedSpareBlocks: byte(8, uint32be),
});

/** MMC-5 §6.23.3, format 08h, by the fields that Aaru decodes: where the user data lie and how large the spares are. */
export const bdDiscDefinition = layout('BD Disc Definition Structure', 56, {
  identifier: byte(0, padded(2)),
  updateCount: byte(4, uint32be),
  firstUserDataAddress: byte(32, uint32be),
  lastLogicalSector: byte(36, uint32be),
  innerSpareSize0: byte(40, uint32be),
  outerSpareSize: byte(44, uint32be),
  innerSpareSize1: byte(48, uint32be),
  spareAreaFullFlags: byte(52, uint8),
});

/** MMC-5 §6.23.3, format 09h. */
export const bdCartridgeStatus = layout('BD Cartridge Status', 4, {
  cartridge: flag(0, 7),
  mediumWasOut: flag(0, 6),
  writeProtected: flag(0, 2),
});
