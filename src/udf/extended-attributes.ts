import { uint32le, uint8 } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { seal, TAG } from './tag.js';
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

/**
 * The extended attributes of a file entry, which has no field for the time of creation. OSTA UDF 1.50 3.3.4.1: attributes that there are
 * none of begin where all end.
 */
export const creationAttributes = (createdAt: bigint, location: number): Uint8Array => {
  const encoded = new Uint8Array(CREATION_ATTRIBUTE_BYTES);
  extendedAttributeHead.encodeInto(encoded, 0, {
    implementationLocation: encoded.length,
    applicationLocation: encoded.length,
  });
  seal(encoded.subarray(0, extendedAttributeHead.size), {
    identifier: TAG.extendedAttributeHeader,
    version: 2,
    location,
  });
  fileTimes.encodeInto(encoded, extendedAttributeHead.size, { createdAt });
  return encoded;
};
