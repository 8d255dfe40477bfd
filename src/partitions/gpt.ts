import { crc32 } from '../binary/checksum.js';
import { bytes, padded, uint32le, uint64le } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { fromHex } from '../binary/hex.js';
import { SECTOR } from './mbr.js';

export const GPT_SIGNATURE = 'EFI PART';

/** UEFI 2.x §5.3.2, GPT Header. */
export const gptHeader = layout('GPT Header', 92, {
  signature: fixed(rbp(0, 8, padded(8)), GPT_SIGNATURE),
  revision: fixed(rbp(8, 4, uint32le), 0x0001_0000),
  headerSize: fixed(rbp(12, 4, uint32le), 92),
  headerCrc: rbp(16, 4, uint32le),
  own: rbp(24, 8, uint64le),
  other: rbp(32, 8, uint64le),
  firstUsable: rbp(40, 8, uint64le),
  lastUsable: rbp(48, 8, uint64le),
  disk: rbp(56, 16, bytes(16)),
  entriesAt: rbp(72, 8, uint64le),
  entryCount: rbp(80, 4, uint32le),
  entrySize: fixed(rbp(84, 4, uint32le), 128),
  entriesCrc: rbp(88, 4, uint32le),
});

/** The same, whoever wrote it: headers and entries may be longer than ours. */
export const foreignGptHeader = layout('GPT Header', 92, {
  signature: rbp(0, 8, padded(8)),
  headerSize: rbp(12, 4, uint32le),
  headerCrc: rbp(16, 4, uint32le),
  own: rbp(24, 8, uint64le),
  other: rbp(32, 8, uint64le),
  entriesAt: rbp(72, 8, uint64le),
  entryCount: rbp(80, 4, uint32le),
  entrySize: rbp(84, 4, uint32le),
  entriesCrc: rbp(88, 4, uint32le),
});

/** UEFI 2.x §5.3.3, GPT Partition Entry. */
export const gptEntry = layout('GPT Partition Entry', 128, {
  type: rbp(0, 16, bytes(16)),
  partition: rbp(16, 16, bytes(16)),
  first: rbp(32, 8, uint64le),
  last: rbp(40, 8, uint64le),
  attributes: rbp(48, 8, uint64le),
  /** UTF-16LE, filled with zeros. */
  name: rbp(56, 72, bytes(72)),
});

/** UEFI 2.x §5.3.3 and, for data that any system may read, what Microsoft names Basic Data; as the bytes lie on the disk. */
export const GPT_TYPE = {
  efiSystem: fromHex('28 73 2a c1 1f f8 d2 11 ba 4b 00 a0 c9 3e c9 3b'),
  basicData: fromHex('a2 a0 d0 eb e5 b9 33 44 87 c0 68 b6 b7 26 99 c7'),
} as const;

/** Bit 0: the platform needs it; bit 60: read only. */
const ATTRIBUTES = 0x1000_0000_0000_0001n;

export interface GptPartition {
  readonly type: Uint8Array;
  readonly id: Uint8Array;
  readonly start: number;
  readonly sectors: number;
  /** At most 36 characters. */
  readonly name: string;
}

/** Entries between the header in sector 1 and the descriptors of ISO 9660 in sector 64. */
const GPT_ENTRIES = 248;
export const GPT_FIRST_USABLE = 64;

/** Sectors of the entries, and of what stands at the end of the disk: entries, then header. */
const ENTRY_SECTORS = (GPT_ENTRIES * gptEntry.size) / SECTOR;
export const GPT_BACKUP_SECTORS = ENTRY_SECTORS + 1;

const nameBytes = (name: string): Uint8Array => {
  const encoded = new Uint8Array(72);
  for (let at = 0; at < name.length; at++) {
    encoded[2 * at] = name.charCodeAt(at);
    encoded[2 * at + 1] = name.charCodeAt(at) / 256;
  }
  return encoded;
};

const encodeEntries = (partitions: readonly GptPartition[]): Uint8Array => {
  const entries = new Uint8Array(ENTRY_SECTORS * SECTOR);
  for (const [index, { type, id, start, sectors, name }] of partitions.entries())
    gptEntry.encodeInto(entries, index * gptEntry.size, {
      type,
      partition: id,
      first: BigInt(start),
      last: BigInt(start + sectors - 1),
      attributes: ATTRIBUTES,
      name: nameBytes(name),
    });
  return entries;
};

interface HeaderPlace {
  readonly own: number;
  readonly other: number;
  readonly entriesAt: number;
}

/** Both copies of a table for a disk of so many sectors. */
export interface GuidPartitionTable {
  /** From sector 1 on: header, entries. */
  readonly primary: Uint8Array;
  /** The last sectors: entries, header. */
  readonly backup: Uint8Array;
}

export const encodeGpt = (
  disk: Uint8Array,
  sectors: number,
  partitions: readonly GptPartition[],
): GuidPartitionTable => {
  const entries = encodeEntries(partitions);
  const last = sectors - 1;
  const header = ({ own, other, entriesAt }: HeaderPlace): Uint8Array => {
    const values = {
      own: BigInt(own),
      other: BigInt(other),
      firstUsable: BigInt(GPT_FIRST_USABLE),
      lastUsable: BigInt(last - GPT_BACKUP_SECTORS),
      disk,
      entriesAt: BigInt(entriesAt),
      entryCount: GPT_ENTRIES,
      entriesCrc: crc32(entries),
    };
    const sector = new Uint8Array(SECTOR);
    gptHeader.encodeInto(sector, 0, { ...values, headerCrc: 0 });
    gptHeader.encodeInto(sector, 0, { ...values, headerCrc: crc32(sector.subarray(0, gptHeader.size)) });
    return sector;
  };
  return {
    primary: Uint8Array.of(...header({ own: 1, other: last, entriesAt: 2 }), ...entries),
    backup: Uint8Array.of(...entries, ...header({ own: last, other: 1, entriesAt: last - ENTRY_SECTORS })),
  };
};
