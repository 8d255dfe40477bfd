import { padded, uint16le, uint32le, uint64le, uint8 } from '../binary/codec.js';
import { flag, layout, rbp } from '../binary/layout.js';
import { longAllocation, shortAllocation, volumeExtent } from './extents.js';
import { dstring } from './text.js';
import { timestamp } from './timestamp.js';

/*
 * Structures of volumes that others made, without fixed fields, so that whatever stands there can be told. Beside them stand those that are
 * written, in volume-descriptors.ts, partition-maps.ts and file-set.ts.
 */

/** ECMA-167 3/10.3, Volume Descriptor Pointer: the sequence goes on elsewhere. */
export const volumeDescriptorPointer = layout('Volume Descriptor Pointer', 512, {
  next: rbp(20, 8, volumeExtent),
});

/** ECMA-167 3/10.1, Primary Volume Descriptor. */
export const foreignPrimary = layout('Primary Volume Descriptor', 512, {
  sequenceNumber: rbp(16, 4, uint32le),
  recordedAt: rbp(376, 12, timestamp),
});

/** ECMA-167 3/10.5, Partition Descriptor. */
export const foreignPartition = layout('Partition Descriptor', 512, {
  sequenceNumber: rbp(16, 4, uint32le),
  number: rbp(22, 2, uint16le),
  /** ECMA-167 4/14.3, Partition Header Descriptor: what says which blocks are free. */
  unallocatedTable: rbp(56, 8, shortAllocation),
  unallocatedBitmap: rbp(64, 8, shortAllocation),
  freedTable: rbp(80, 8, shortAllocation),
  freedBitmap: rbp(88, 8, shortAllocation),
  accessType: rbp(184, 4, uint32le),
  start: rbp(188, 4, uint32le),
  length: rbp(192, 4, uint32le),
});

/** OSTA UDF 2.1.5.3, the identifier of the domain with its suffix. */
const domain = layout('Domain identifier', 32, {
  revision: rbp(24, 2, uint16le),
  /** Both keep others from writing; whoever sets the second one may clear it again. */
  hardWriteProtect: flag(26, 0),
  softWriteProtect: flag(26, 1),
});

/** ECMA-167 3/10.6, Logical Volume Descriptor, up to the partition maps. */
export const foreignLogicalVolume = layout('Logical Volume Descriptor', 440, {
  sequenceNumber: rbp(16, 4, uint32le),
  identifier: rbp(84, 128, dstring(128)),
  blockSize: rbp(212, 4, uint32le),
  domain: rbp(216, 32, domain),
  fileSet: rbp(248, 16, longAllocation),
  mapTableLength: rbp(264, 4, uint32le),
  mapCount: rbp(268, 4, uint32le),
  integritySequence: rbp(432, 8, volumeExtent),
});

/** ECMA-167 4/14.1, File Set Descriptor. */
export const foreignFileSet = layout('File Set Descriptor', 512, {
  rootDirectory: rbp(400, 16, longAllocation),
  domain: rbp(416, 32, domain),
  systemStreams: rbp(464, 16, longAllocation),
});

/** ECMA-167 3/10.10, Logical Volume Integrity Descriptor, up to its tables. */
export const foreignIntegrity = layout('Logical Volume Integrity Descriptor', 80, {
  recordedAt: rbp(16, 12, timestamp),
  type: rbp(28, 4, uint32le),
  next: rbp(32, 8, volumeExtent),
  nextUniqueId: rbp(40, 8, uint64le),
  partitionCount: rbp(72, 4, uint32le),
  implementationUseLength: rbp(76, 4, uint32le),
});

/** ECMA-167 3/10.10.4 and .5: free blocks of each partition, then how many it has. */
export const spacesIn = (
  integrity: Uint8Array,
  partitions: number,
): { readonly free: number; readonly size: number }[] =>
  Array.from({ length: partitions }, (_, index) => ({
    free: uint32le.decode(integrity, foreignIntegrity.size + 4 * index),
    size: uint32le.decode(integrity, foreignIntegrity.size + 4 * (partitions + index)),
  }));

/** OSTA UDF 2.2.6.4: behind the tables of the partitions. */
export const foreignIntegrityUse = layout('Implementation Use of an Integrity Descriptor', 46, {
  files: rbp(32, 4, uint32le),
  directories: rbp(36, 4, uint32le),
});

/** ECMA-167 1/7.4, regid, whatever its flags and suffix are. */
const identifierOf = layout('regid', 32, { name: rbp(1, 23, padded(23, 0)) });

/** ECMA-167 3/10.7.2, Type 1 Partition Map. */
const typeOne = layout('Type 1 Partition Map', 6, { partition: rbp(4, 2, uint16le) });

/** ECMA-167 3/10.7.3 with OSTA UDF 2.2.8 to 2.2.10, Type 2 Partition Map, of whichever kind. */
const typeTwo = layout('Type 2 Partition Map', 64, {
  identifier: rbp(4, 32, identifierOf),
  partition: rbp(38, 2, uint16le),
});

/** OSTA UDF 1.50 2.2.9: defective packets are kept elsewhere. */
const sparable = layout('Sparable Partition Map', 64, {
  packetLength: rbp(40, 2, uint16le),
  tables: rbp(42, 1, uint8),
  tableBytes: rbp(44, 4, uint32le),
  first: rbp(48, 4, uint32le),
  second: rbp(52, 4, uint32le),
  third: rbp(56, 4, uint32le),
  fourth: rbp(60, 4, uint32le),
});

const metadata = layout('Metadata Partition Map', 64, {
  file: rbp(40, 4, uint32le),
  mirror: rbp(44, 4, uint32le),
  bitmap: rbp(48, 4, uint32le),
  flags: rbp(58, 1, uint8),
});

/** OSTA UDF 2.50 2.2.10. */
const NO_BITMAP = 0xffff_ffff;

/** How a partition is looked at; `partition` is the number in its descriptor. */
export type ForeignMap =
  | { readonly kind: 'physical' | 'virtual'; readonly partition: number }
  | {
      readonly kind: 'sparable';
      readonly partition: number;
      readonly packetLength: number;
      readonly tableBytes: number;
      /** Sectors at which a copy of the table lies. */
      readonly tables: readonly number[];
    }
  | {
      readonly kind: 'metadata';
      readonly partition: number;
      readonly file: number;
      readonly mirror: number;
      /** Undefined where none says which blocks of the metadata are free. */
      readonly bitmap: number | undefined;
      readonly duplicated: boolean;
    }
  | { readonly kind: 'unknown'; readonly what: string };

const ofTypeTwo = (source: Uint8Array, offset: number): ForeignMap => {
  const { identifier, partition } = typeTwo.decode(source, offset);
  switch (identifier.name) {
    case '*UDF Virtual Partition':
      return { kind: 'virtual', partition };
    case '*UDF Sparable Partition': {
      const { packetLength, tableBytes, tables, first, second, third, fourth } = sparable.decode(
        source,
        offset,
      );
      const places = [first, second, third, fourth].slice(0, tables);
      return { kind: 'sparable', partition, packetLength, tableBytes, tables: places };
    }
    case '*UDF Metadata Partition': {
      const { file, mirror, bitmap, flags } = metadata.decode(source, offset);
      return {
        kind: 'metadata',
        partition,
        file,
        mirror,
        bitmap: bitmap === NO_BITMAP ? undefined : bitmap,
        duplicated: flags % 2 === 1,
      };
    }
    default:
      return { kind: 'unknown', what: identifier.name };
  }
};

/** The maps of a logical volume; ends where one does not fit. */
export const partitionMaps = (table: Uint8Array, count: number): ForeignMap[] => {
  const maps: ForeignMap[] = [];
  for (let at = 0; maps.length < count;) {
    const [type, length = 0] = [table[at], table[at + 1]];
    if (type === 1 && length === 6 && at + 6 <= table.length)
      maps.push({ kind: 'physical', partition: typeOne.decode(table, at).partition });
    else if (type === 2 && length === 64 && at + 64 <= table.length) maps.push(ofTypeTwo(table, at));
    else return [...maps, { kind: 'unknown', what: `type ${type} of ${length} bytes` }];
    at += length;
  }
  return maps;
};

/** OSTA UDF 1.50 2.2.11, Sparing Table, up to its entries. */
const sparingTable = layout('Sparing Table', 56, {
  identifier: rbp(16, 32, identifierOf),
  entries: rbp(48, 2, uint16le),
});

/** From block FFFFFFF0h on an entry stands for no packet. */
const NO_PACKET = 0xffff_fff0;

/** Which packets of the partition are kept in which sectors; undefined where it is no sparing table. */
export const sparedPackets = (table: Uint8Array): ReadonlyMap<number, number> | undefined => {
  const { identifier, entries } = sparingTable.decode(table);
  if (identifier.name !== '*UDF Sparing Table') return undefined;
  const spared = new Map<number, number>();
  const end = Math.min(sparingTable.size + 8 * entries, table.length - 7);
  for (let at = sparingTable.size; at < end; at += 8) {
    const original = uint32le.decode(table, at);
    if (original < NO_PACKET) spared.set(original, uint32le.decode(table, at + 4));
  }
  return spared;
};
