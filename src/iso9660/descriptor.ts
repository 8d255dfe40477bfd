import { bytes, padded, uint16both, uint32be, uint32both, uint32le, uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { date17 } from './dates.js';
import { jolietText } from './joliet-names.js';

/** ECMA-119 §8.1: what every volume descriptor begins with. */
export const volumeDescriptorHead = layout('Volume Descriptor', 7, {
  type: bp(1, 1, uint8),
  standardIdentifier: bp(2, 6, padded(5, 0)),
  version: bp(7, 7, uint8),
});

/** ECMA-119 §8.1.1. */
export const DESCRIPTOR_TYPE = {
  boot: 0,
  primary: 1,
  supplementary: 2,
  partition: 3,
  terminator: 255,
} as const;

/**
 * ECMA-119 §8.4 and §8.5 as volumes of others have them: nothing is fixed, so that whatever stands there can be
 * told. Numbers that are recorded twice read by their first half.
 */
export const foreignVolumeDescriptor = layout('Volume Descriptor of a hierarchy', BLOCK, {
  version: bp(7, 7, uint8),
  volumeFlags: bp(8, 8, uint8),
  volumeSpaceSize: bp(81, 88, uint32both),
  escapeSequences: bp(89, 120, bytes(32)),
  volumeSetSize: bp(121, 124, uint16both),
  volumeSequenceNumber: bp(125, 128, uint16both),
  logicalBlockSize: bp(129, 132, uint16both),
  pathTableSize: bp(133, 140, uint32both),
  typeLPathTable: bp(141, 144, uint32le),
  optionalTypeLPathTable: bp(145, 148, uint32le),
  typeMPathTable: bp(149, 152, uint32be),
  optionalTypeMPathTable: bp(153, 156, uint32be),
  rootDirectoryRecord: bp(157, 190, bytes(34)),
  creationDate: bp(814, 830, date17),
  modificationDate: bp(831, 847, date17),
  fileStructureVersion: bp(882, 882, uint8),
});

/** What a descriptor calls its volume: in ASCII, or in UCS-2 where it is Joliet's. */
export const volumeNames = {
  ascii: layout('Volume identifiers', BLOCK, { volumeIdentifier: bp(41, 72, padded(32)) }),
  ucs2: layout('Volume identifiers (Joliet)', BLOCK, { volumeIdentifier: bp(41, 72, jolietText(32)) }),
} as const;

/** El Torito 1.0 figure 7: a boot record whose system is El Torito's names the block of the boot catalog. */
export const bootRecord = layout('Boot Record', BLOCK, {
  bootSystemIdentifier: bp(8, 39, padded(32, 0)),
  bootCatalog: bp(72, 75, uint32le),
});

const ESCAPE = { lead: [0x25, 0x2f], levels: [0x40, 0x43, 0x45] } as const;

/** Joliet specification, "SVD Escape Sequences Field": the UCS-2 levels 1 to 3. */
export const isJolietEscape = (escapeSequences: Uint8Array): boolean =>
  ESCAPE.lead.every((byte, at) => escapeSequences[at] === byte) &&
  ESCAPE.levels.some((level) => escapeSequences[2] === level);
