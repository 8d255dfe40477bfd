import { bytes, uint16le, uint32le } from '../binary/codec.js';
import { fixed, layout, preset, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { longAllocation, shortAllocation, volumeExtent } from './extents.js';
import { characterSet, dstring } from './text.js';
import { timestamp } from './timestamp.js';

const SIZE = 512;
const charset = (offset: number) => rbp(offset, 64, characterSet);
const identifier = (offset: number) => rbp(offset, 32, bytes(32));
const sequenceNumber = rbp(16, 4, uint32le);

/** ECMA-167 3/10.1, Primary Volume Descriptor. Interchange level 2: one volume. */
export const primaryVolume = layout('Primary Volume Descriptor', SIZE, {
  sequenceNumber,
  descriptorNumber: fixed(rbp(20, 4, uint32le), 0),
  volumeIdentifier: rbp(24, 32, dstring(32)),
  volumeSequenceNumber: fixed(rbp(56, 2, uint16le), 1),
  maximumVolumeSequenceNumber: fixed(rbp(58, 2, uint16le), 1),
  interchangeLevel: preset(rbp(60, 2, uint16le), 2),
  maximumInterchangeLevel: preset(rbp(62, 2, uint16le), 2),
  characterSetList: fixed(rbp(64, 4, uint32le), 1),
  maximumCharacterSetList: fixed(rbp(68, 4, uint32le), 1),
  volumeSetIdentifier: rbp(72, 128, dstring(128)),
  descriptorCharacterSet: charset(200),
  explanatoryCharacterSet: charset(264),
  applicationIdentifier: identifier(344),
  recordedAt: rbp(376, 12, timestamp),
  implementationIdentifier: identifier(388),
  /** Bit 0: the volume set identifier is common to all its volumes. */
  flags: preset(rbp(488, 2, uint16le), 1),
});

/** ECMA-167 3/10.2, Anchor Volume Descriptor Pointer. */
export const anchorVolumePointer = layout('Anchor Volume Descriptor Pointer', SIZE, {
  mainSequence: rbp(16, 8, volumeExtent),
  reserveSequence: rbp(24, 8, volumeExtent),
});

/** ECMA-167 3/10.4 with OSTA UDF 2.2.7, Logical Volume Information. */
export const logicalVolumeInformation = layout('Implementation Use Volume Descriptor', SIZE, {
  sequenceNumber,
  implementationIdentifier: identifier(20),
  characterSet: charset(52),
  logicalVolumeIdentifier: rbp(116, 128, dstring(128)),
  informationIdentifier: identifier(352),
});

/** ECMA-167 3/10.5.7: what may be done to a partition; 0 is UDF 2.60's pseudo-overwrite (2.2.14.2). */
export const ACCESS_TYPES = {
  'pseudo-overwrite': 0,
  'read-only': 1,
  'write-once': 2,
  rewritable: 3,
  overwritable: 4,
} as const;

/** ECMA-167 3/10.5, Partition Descriptor, with the header that 4/14.3 puts into its contents use. */
export const partition = layout('Partition Descriptor', SIZE, {
  sequenceNumber,
  /** Bit 0: space is allocated. */
  flags: fixed(rbp(20, 2, uint16le), 1),
  number: fixed(rbp(22, 2, uint16le), 0),
  contents: identifier(24),
  unallocatedSpaceBitmap: rbp(64, 8, shortAllocation),
  freedSpaceBitmap: rbp(88, 8, shortAllocation),
  accessType: rbp(184, 4, uint32le),
  start: rbp(188, 4, uint32le),
  length: rbp(192, 4, uint32le),
  implementationIdentifier: identifier(196),
});

/** ECMA-167 3/10.6, Logical Volume Descriptor, up to the partition maps. */
export const logicalVolume = layout('Logical Volume Descriptor', 440, {
  sequenceNumber,
  characterSet: charset(20),
  identifier: rbp(84, 128, dstring(128)),
  blockSize: fixed(rbp(212, 4, uint32le), BLOCK),
  domain: identifier(216),
  /** ECMA-167 4/3.1: where the file set descriptor lies. */
  fileSet: rbp(248, 16, longAllocation),
  mapTableLength: rbp(264, 4, uint32le),
  mapCount: rbp(268, 4, uint32le),
  implementationIdentifier: identifier(272),
  integritySequence: rbp(432, 8, volumeExtent),
});

/** ECMA-167 3/10.8, Unallocated Space Descriptor, without extents: nothing outside the partition is free. */
export const unallocatedSpace = layout('Unallocated Space Descriptor', 24, {
  sequenceNumber,
  extentCount: fixed(rbp(20, 4, uint32le), 0),
});

/** ECMA-167 3/10.9, Terminating Descriptor. */
export const terminating = layout('Terminating Descriptor', SIZE, {});
