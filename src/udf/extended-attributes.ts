import type { Moment } from '../binary/calendar.js';
import { bytes, uint16le, uint32le, uint64le, uint8 } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { udfIdentifier } from './entity-identifiers.js';
import { seal, TAG } from './tag.js';
import { dstring } from './text.js';
import { timestamp } from './timestamp.js';

/** ECMA-167 4/14.10.1, Extended Attribute Header Descriptor. */
export const extendedAttributeHead = layout('Extended Attribute Header Descriptor', 24, {
  implementationLocation: rbp(16, 4, uint32le),
  applicationLocation: rbp(20, 4, uint32le),
});

/** ECMA-167 4/14.10.5, File Times Extended Attribute, of one time: the creation's. */
const fileTimes = layout('File Times Extended Attribute', 32, {
  type: fixed(rbp(0, 4, uint32le), 5),
  subtype: fixed(rbp(4, 1, uint8), 1),
  length: fixed(rbp(8, 4, uint32le), 32),
  dataLength: fixed(rbp(12, 4, uint32le), 12),
  /** Bit 0: creation. */
  existence: fixed(rbp(16, 4, uint32le), 1),
  createdAt: rbp(20, 12, timestamp),
});

/** What `creationAttributes` makes. */
export const CREATION_ATTRIBUTE_BYTES = extendedAttributeHead.size + fileTimes.size;

/** The space of extended attributes, with their header; the first of those that are none of the standard's own stands at `implementationLocation`. */
const attributeSpace = (bytes: number, implementationLocation: number, location: number): Uint8Array => {
  const space = new Uint8Array(bytes);
  // OSTA UDF 1.50 3.3.4.1: attributes that there are none of begin where all end.
  extendedAttributeHead.encodeInto(space, 0, { implementationLocation, applicationLocation: bytes });
  seal(space.subarray(0, extendedAttributeHead.size), {
    identifier: TAG.extendedAttributeHeader,
    version: 2,
    location,
  });
  return space;
};

/** The extended attributes of a file entry, which has no field for the time of creation. */
export const creationAttributes = (createdAt: Moment, location: number): Uint8Array => {
  const space = attributeSpace(CREATION_ATTRIBUTE_BYTES, CREATION_ATTRIBUTE_BYTES, location);
  fileTimes.encodeInto(space, extendedAttributeHead.size, { createdAt });
  return space;
};

/** OSTA UDF 3.3.4.5: what the checksum in front of the use counts. */
const useHeader = layout('Implementation Use Extended Attribute', 48, {
  type: fixed(rbp(0, 4, uint32le), 2048),
  subtype: fixed(rbp(4, 1, uint8), 1),
  length: fixed(rbp(8, 4, uint32le), 196),
  useLength: fixed(rbp(12, 4, uint32le), 146),
  identifier: rbp(16, 32, bytes(32)),
});

/**
 * What a volume says of itself, as its virtual allocation table has it from UDF 2.00 on: UDF 1.50 3.3.4.5.1.3 by DCN 5003, of which what
 * mkudffs writes and udfinfo and NetBSD read is all that is known here.
 */
const volumeExtension = layout('Logical Volume Extended Information', 146, {
  headerChecksum: rbp(0, 2, uint16le),
  /** Unique id of the entry of the table: who does not know the attribute writes another one. */
  verification: rbp(2, 8, uint64le),
  files: rbp(10, 4, uint32le),
  directories: rbp(14, 4, uint32le),
  logicalVolumeIdentifier: rbp(18, 128, dstring(128)),
});

const VOLUME_EXTENSION_END = useHeader.size + volumeExtension.size;

/** An attribute is a multiple of four bytes. */
const VOLUME_ATTRIBUTE_BYTES = extendedAttributeHead.size + Math.ceil(VOLUME_EXTENSION_END / 4) * 4;

/** The extended attributes of the entry of a virtual allocation table that has no header which says this. */
export const volumeAttributes = (
  of: Omit<Parameters<typeof volumeExtension.encode>[0], 'headerChecksum'>,
  { word, location }: { readonly word: number; readonly location: number },
): Uint8Array => {
  const space = attributeSpace(VOLUME_ATTRIBUTE_BYTES, extendedAttributeHead.size, location);
  const attribute = space.subarray(extendedAttributeHead.size);
  useHeader.encodeInto(attribute, 0, { identifier: udfIdentifier('*UDF VAT LVExtension', word) });
  const headerChecksum = attribute.subarray(0, useHeader.size).reduce((sum, byte) => sum + byte, 0);
  volumeExtension.encodeInto(attribute, useHeader.size, { ...of, headerChecksum });
  return space;
};
