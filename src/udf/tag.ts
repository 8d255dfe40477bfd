import { crc16 } from '../binary/checksum.js';
import { uint16le, uint32le, uint8 } from '../binary/codec.js';
import { type InputsOf, layout, rbp } from '../binary/layout.js';

/** ECMA-167 3/7.2.1 and 4/7.2.1, OSTA UDF: what a descriptor is. */
export const TAG = {
  sparingTable: 0,
  primaryVolume: 1,
  anchorVolumePointer: 2,
  implementationUseVolume: 4,
  partition: 5,
  logicalVolume: 6,
  unallocatedSpace: 7,
  terminating: 8,
  logicalVolumeIntegrity: 9,
  fileSet: 256,
  fileIdentifier: 257,
  allocationExtent: 258,
  indirectEntry: 259,
  terminalEntry: 260,
  fileEntry: 261,
  extendedAttributeHeader: 262,
  unallocatedSpaceEntry: 263,
  spaceBitmap: 264,
  extendedFileEntry: 266,
} as const;

const CHECKSUM_AT = 4;

/** ECMA-167 3/7.2, Descriptor tag. */
export const descriptorTag = layout('Descriptor tag', 16, {
  identifier: rbp(0, 2, uint16le),
  version: rbp(2, 2, uint16le),
  checksum: rbp(CHECKSUM_AT, 1, uint8),
  serialNumber: rbp(6, 2, uint16le),
  crc: rbp(8, 2, uint16le),
  crcLength: rbp(10, 2, uint16le),
  location: rbp(12, 4, uint32le),
});

export interface Seal {
  readonly identifier: number;
  readonly version: 2 | 3;
  /** Sector of the volume, or block of the partition, in which the descriptor begins. */
  readonly location: number;
}

/** Writes a tag with its own checksum, that of all its bytes but the checksum itself (ECMA-167 3/7.2.3). */
const putTag = (descriptor: Uint8Array, tag: InputsOf<typeof descriptorTag>): void => {
  descriptorTag.encodeInto(descriptor, 0, tag);
  descriptor[CHECKSUM_AT] = 0;
  let sum = 0;
  for (let at = 0; at < descriptorTag.size; at++) sum += descriptor[at] ?? 0;
  descriptor[CHECKSUM_AT] = sum;
};

/** Writes the tag of a descriptor whose other bytes are complete: `descriptor` is the whole of it, and the CRC covers all after the tag (ECMA-167 3/7.2.6). */
export const seal = (descriptor: Uint8Array, { identifier, version, location }: Seal): void => {
  putTag(descriptor, {
    identifier,
    version,
    checksum: 0,
    serialNumber: 0,
    crc: crc16(descriptor, descriptorTag.size),
    crcLength: descriptor.length - descriptorTag.size,
    location,
  });
};

/** Makes the tag of a descriptor true again whose other bytes were altered: it says the same as before of what stands there. */
export const reseal = (descriptor: Uint8Array): void => {
  const tag = descriptorTag.decode(descriptor);
  const covered = descriptor.subarray(descriptorTag.size, descriptorTag.size + tag.crcLength);
  putTag(descriptor, { ...tag, crc: crc16(covered) });
};
