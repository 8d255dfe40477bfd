import { padded, uint16be, uint24be, uint32be, uint8 } from '../../binary/codec.js';
import { bits, byte, flag, layout, preset } from '../../binary/layout.js';

/** Positions count from the payload, i.e. after the four bytes of the disc structure header. */

/**
 * MMC-5 §6.23.3, formats 00h, 10h and 11h. `bookType`: 0 DVD-ROM, 1 -RAM, 2 -R, 3 -RW, 9 +RW, Ah +R, Dh +RW DL, Eh +R DL.
 * `numberOfLayers` is one less than there are. `manufacturer` to `mediaRevision` are there on +R and +RW only (ECMA-349);
 * they are filled with zeros, at which dvd+rw-mediainfo ends them.
 */
export const dvdPhysicalFormat = layout('DVD Physical Format Information', 2048, {
  bookType: bits(0, 7, 4),
  partVersion: bits(0, 3, 0),
  discSize: bits(1, 7, 4),
  maximumRate: bits(1, 3, 0),
  numberOfLayers: bits(2, 6, 5),
  oppositeTrackPath: flag(2, 4),
  layerType: bits(2, 3, 0),
  linearDensity: bits(3, 7, 4),
  trackDensity: bits(3, 3, 0),
  startOfDataZone: byte(4, uint32be),
  endOfDataZone: byte(8, uint32be),
  endOfLayer0: byte(12, uint32be),
  burstCuttingArea: flag(16, 7),
  manufacturer: byte(19, padded(8, 0)),
  mediaType: byte(27, padded(3, 0)),
  mediaRevision: byte(30, uint8),
});

/** MMC-5 §6.23.3, format 01h. `copyrightProtection`: 0 none, 1 CSS, 2 CPRM; a set bit forbids its region. */
export const dvdCopyright = layout('DVD Copyright Information', 4, {
  copyrightProtection: byte(0, uint8),
  regionManagement: byte(1, uint8),
});

/** MMC-5 §6.23.3, format 0Eh, DVD-R and DVD-RW: the maker's identification in two parts, as the lead-in has it. */
export const dvdPreRecordedInformation = layout('Pre-recorded Information in Lead-in', 40, {
  field1: preset(byte(0, uint8), 1),
  applicationCode: byte(1, uint8),
  physicalCode: byte(2, uint8),
  lastAddressOfDataRecordableArea: byte(3, uint24be),
  partVersion: bits(6, 7, 4),
  extensionCode: bits(6, 3, 0),
  field2: preset(byte(8, uint8), 2),
  field3: preset(byte(16, uint8), 3),
  manufacturerPart1: byte(17, padded(6)),
  field4: preset(byte(24, uint8), 4),
  manufacturerPart2: byte(25, padded(6)),
  field5: preset(byte(32, uint8), 5),
});

/** MMC-5 §6.23.3, format 20h, DVD+R DL: where layer 0 ends, in blocks of the data zone. */
export const dvdLayerBoundary = layout('DVD Layer Boundary Information', 8, {
  layer0CapacitySet: flag(0, 7),
  layer0DataZoneCapacity: byte(4, uint32be),
});

/**
 * Formats 08h, DVD-RAM of 4.7 GB per side: ECMA-330, Disk Definition Structure, by way of what Aaru decodes. Where each
 * zone starts follows from byte 256 on.
 */
export const dvdRamDiscDefinition = layout('DVD-RAM Disc Definition Structure', 2048, {
  identifier: preset(byte(0, uint16be), 0x0a0a),
  inProcess: flag(3, 7),
  userCertification: flag(3, 1),
  manufacturerCertification: flag(3, 0),
  updateCount: byte(4, uint32be),
  numberOfGroups: byte(8, uint16be),
  numberOfZones: byte(10, uint16be),
  firstPrimarySpareSector: byte(80, uint32be),
  lastPrimarySpareSector: byte(84, uint32be),
  firstLogicalSector: byte(88, uint32be),
});

/**
 * MMC-5 §6.23.3, format 09h. `discType`: 00h must not be written outside its cartridge, 10h may be.
 * `writeInhibitionReason` counts with `mediaSpecificWriteInhibition`: 01h outside its cartridge, FFh not told.
 */
export const dvdRamMediumStatus = layout('DVD-RAM Medium Status', 4, {
  cartridge: flag(0, 7),
  wasOut: flag(0, 6),
  mediaSpecificWriteInhibition: flag(0, 3),
  cartridgeWriteProtection: flag(0, 2),
  persistentWriteProtection: flag(0, 1),
  discType: byte(1, uint8),
  writeInhibitionReason: byte(3, uint8),
});

/** MMC-5 §6.23.3, format 0Ah, DVD-RAM; in blocks. */
export const dvdRamSpareArea = layout('DVD-RAM Spare Area Information', 12, {
  freePrimaryBlocks: byte(0, uint32be),
  freeSupplementaryBlocks: byte(4, uint32be),
  allocatedSupplementaryBlocks: byte(8, uint32be),
});

/**
 * MMC-5 §6.23.3, formats 22h and 23h, DVD-R DL: blocks between two layer jumps, or the block behind which the next one
 * is.
 */
export const dvdLayerJump = layout('DVD Layer Jump', 8, { blocks: byte(4, uint32be) });

/** MMC-5 §6.23.3, format C0h. */
export const writeProtectionStatus = layout('Write Protection Status', 4, {
  mediaSpecificWriteInhibition: flag(0, 3),
  cartridgeWriteProtection: flag(0, 2),
  persistentWriteProtection: flag(0, 1),
  softwareWriteProtectionUntilPowerDown: flag(0, 0),
});
