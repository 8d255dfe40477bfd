import {
  bytes,
  type Codec,
  padded,
  uint16both,
  uint32be,
  uint32both,
  uint32le,
  uint8,
} from '../binary/codec.js';
import { bp, fixed, layout } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { date17 } from './dates.js';
import { jolietText } from './joliet-names.js';

/** ECMA-119 §6.3: descriptors follow the system area of 16 blocks. */
export const SYSTEM_AREA_BLOCKS = 16;

const head = (type: number, version = 1) => ({
  volumeDescriptorType: fixed(bp(1, 1, uint8), type),
  standardIdentifier: fixed(bp(2, 6, padded(5)), 'CD001'),
  volumeDescriptorVersion: fixed(bp(7, 7, uint8), version),
});

/** Fields that stand at the same place in both descriptors; `text` is how the descriptor writes characters. */
const body = (text: (size: number) => Codec<string>, version = 1) => ({
  systemIdentifier: bp(9, 40, text(32)),
  volumeIdentifier: bp(41, 72, text(32)),
  volumeSpaceSize: bp(81, 88, uint32both),
  volumeSetSize: fixed(bp(121, 124, uint16both), 1),
  volumeSequenceNumber: fixed(bp(125, 128, uint16both), 1),
  logicalBlockSize: fixed(bp(129, 132, uint16both), BLOCK),
  pathTableSize: bp(133, 140, uint32both),
  typeLPathTable: bp(141, 144, uint32le),
  optionalTypeLPathTable: bp(145, 148, uint32le),
  typeMPathTable: bp(149, 152, uint32be),
  optionalTypeMPathTable: bp(153, 156, uint32be),
  rootDirectoryRecord: bp(157, 190, bytes(34)),
  volumeSetIdentifier: bp(191, 318, text(128)),
  publisherIdentifier: bp(319, 446, text(128)),
  dataPreparerIdentifier: bp(447, 574, text(128)),
  applicationIdentifier: bp(575, 702, text(128)),
  copyrightFileIdentifier: bp(703, 739, text(37)),
  abstractFileIdentifier: bp(740, 776, text(37)),
  bibliographicFileIdentifier: bp(777, 813, text(37)),
  creationDate: bp(814, 830, date17),
  modificationDate: bp(831, 847, date17),
  expirationDate: bp(848, 864, date17),
  effectiveDate: bp(865, 881, date17),
  fileStructureVersion: fixed(bp(882, 882, uint8), version),
});

/** ECMA-119 §8.4, Primary Volume Descriptor. */
export const primaryVolumeDescriptor = layout('Primary Volume Descriptor', BLOCK, {
  ...head(1),
  ...body(padded),
});

/** ECMA-119 §8.5, Supplementary Volume Descriptor, as Joliet uses it: UCS-2 text, level 3 (`%/E`). */
export const jolietVolumeDescriptor = layout('Supplementary Volume Descriptor (Joliet)', BLOCK, {
  ...head(2),
  ...body(jolietText),
  volumeFlags: fixed(bp(8, 8, uint8), 0),
  escapeSequences: fixed(bp(89, 91, padded(3)), '%/E'),
});

/** ISO 9660:1999 §8.5, Enhanced Volume Descriptor: a tree of its own whose names are bytes; evidence are those of genisoimage and libisofs. */
export const enhancedVolumeDescriptor = layout('Enhanced Volume Descriptor', BLOCK, {
  ...head(2, 2),
  ...body(padded, 2),
  volumeFlags: fixed(bp(8, 8, uint8), 0),
});

/** ECMA-119 §8.3, Volume Descriptor Set Terminator. */
export const volumeDescriptorSetTerminator = layout('Volume Descriptor Set Terminator', BLOCK, head(255));
