import { bytes, uint16le, uint32le, uint8 } from '../binary/codec.js';
import { fixed, flag, layout, rbp } from '../binary/layout.js';

/** ECMA-167 3/10.7.2, Type 1 Partition Map: partition 0 of volume 1 as it is. */
const physicalMap = layout('Type 1 Partition Map', 6, {
  type: fixed(rbp(0, 1, uint8), 1),
  length: fixed(rbp(1, 1, uint8), 6),
  volumeSequenceNumber: fixed(rbp(2, 2, uint16le), 1),
  partitionNumber: fixed(rbp(4, 2, uint16le), 0),
});

/** ECMA-167 3/10.7.3 with OSTA UDF 2.2.8: partition 0 of volume 1 seen in another way. */
const type2 = {
  type: fixed(rbp(0, 1, uint8), 2),
  length: fixed(rbp(1, 1, uint8), 64),
  identifier: rbp(4, 32, bytes(32)),
  volumeSequenceNumber: fixed(rbp(36, 2, uint16le), 1),
  partitionNumber: fixed(rbp(38, 2, uint16le), 0),
};

/** OSTA UDF 2.2.8: virtual blocks, which the VAT leads to real ones. */
export const virtualMap = layout('Virtual Partition Map', 64, type2);

/** OSTA UDF 1.50 2.2.9: packets that cannot be written any more are kept elsewhere; two copies of the table say where. */
export const sparableMap = layout('Sparable Partition Map', 64, {
  ...type2,
  packetLength: rbp(40, 2, uint16le),
  tables: fixed(rbp(42, 1, uint8), 2),
  tableBytes: rbp(44, 4, uint32le),
  /** Sectors. */
  firstTable: rbp(48, 4, uint32le),
  secondTable: rbp(52, 4, uint32le),
});

/** OSTA UDF 2.50 2.2.10: metadata in a file and in its mirror. */
export const metadataMap = layout('Metadata Partition Map', 64, {
  ...type2,
  /** Blocks of their entries in the physical partition. */
  metadataFile: rbp(40, 4, uint32le),
  mirrorFile: rbp(44, 4, uint32le),
  /** FFFFFFFFh: none. */
  bitmapFile: rbp(48, 4, uint32le),
  allocationUnit: rbp(52, 4, uint32le),
  alignmentUnit: rbp(56, 2, uint16le),
  /** The mirror has blocks of its own. */
  duplicated: flag(58, 0),
});

export const NO_BITMAP_FILE = 0xffff_ffff;

export const PHYSICAL_MAP: Uint8Array = physicalMap.encode({});

/** OSTA UDF 2.50 2.2.10: allocation and alignment in whole ECC blocks, of which those of BD with 32 blocks are the largest. */
export const METADATA_UNIT = 32;
