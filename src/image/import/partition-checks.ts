import { crc32 } from '../../binary/checksum.js';
import { BLOCK } from '../../iso9660/block.js';
import { foreignGptHeader, GPT_SIGNATURE, gptEntry } from '../../partitions/gpt.js';
import {
  BOOT_SIGNATURE,
  foreignBootRecord,
  PARTITION_TYPE,
  partitionsOf,
  SECTOR,
} from '../../partitions/mbr.js';
import type { BlockReader } from './block-reader.js';
import type { Finding } from './findings.js';

const SECTORS_PER_BLOCK = BLOCK / SECTOR;

/** Bytes of all entries of a table: four times as many as systems make. */
const LONGEST_TABLE = 64 * 1024;

type Header = ReturnType<typeof foreignGptHeader.decode>;

/** So many sectors from one on; undefined where they are not all there. */
const sectorsAt = async (
  reader: BlockReader,
  first: number,
  count: number,
): Promise<Uint8Array | undefined> => {
  const block = Math.floor(first / SECTORS_PER_BLOCK);
  const end = Math.ceil((first + count) / SECTORS_PER_BLOCK);
  if (!Number.isSafeInteger(first) || end > reader.blocks) return undefined;
  const from = (first - block * SECTORS_PER_BLOCK) * SECTOR;
  return (await reader.read(block, end - block)).subarray(from, from + count * SECTOR);
};

const headerIsWhole = (sector: Uint8Array, { headerSize, headerCrc }: Header): boolean => {
  if (headerSize < foreignGptHeader.size || headerSize > SECTOR) return false;
  const header = sector.slice(0, headerSize);
  header.fill(0, 16, 20); // its own checksum
  return crc32(header) === headerCrc;
};

interface Table {
  readonly header: Header;
  readonly entries: Uint8Array;
}

/** UEFI 2.x §5.3.2: the table whose header is in this sector, or what is wrong with it. */
const tableAt = async (reader: BlockReader, sector: number): Promise<Table | string> => {
  const bytes = await sectorsAt(reader, sector, 1);
  if (!bytes) return `There is no sector ${sector}.`;
  const header = foreignGptHeader.decode(bytes);
  if (header.signature !== GPT_SIGNATURE) return `There is no table in sector ${sector}.`;
  if (!headerIsWhole(bytes, header)) return `The checksum of the header in sector ${sector} is wrong.`;
  if (header.own !== BigInt(sector)) return `The header in sector ${sector} is that of another one.`;
  const length = header.entryCount * header.entrySize;
  if (header.entrySize < gptEntry.size || length > LONGEST_TABLE)
    return `The table has ${header.entryCount} entries of ${header.entrySize} bytes.`;
  const entries = await sectorsAt(reader, Number(header.entriesAt), Math.ceil(length / SECTOR));
  if (!entries || crc32(entries.subarray(0, length)) !== header.entriesCrc)
    return `The checksum of the entries in sector ${header.entriesAt} is wrong.`;
  return { header, entries: entries.subarray(0, length) };
};

function* outsideGpt({ header, entries }: Table, sectors: number): Generator<Finding> {
  for (let at = 0; at + gptEntry.size <= entries.length; at += header.entrySize) {
    const { type, first, last } = gptEntry.decode(entries, at);
    if (type.every((byte) => byte === 0)) continue;
    if (first > last || last >= BigInt(sectors))
      yield {
        code: 'partition-outside',
        block: 0,
        detail: `A partition of the GPT takes sectors ${first} to ${last}.`,
      };
  }
}

async function* gptProblems(reader: BlockReader): AsyncGenerator<Finding> {
  const main = await tableAt(reader, 1);
  if (typeof main === 'string') {
    yield { code: 'partition-table-damaged', block: 0, detail: main };
    return;
  }
  yield* outsideGpt(main, reader.blocks * SECTORS_PER_BLOCK);
  const last = reader.blocks * SECTORS_PER_BLOCK - 1;
  const other = await tableAt(reader, Number(main.header.other));
  if (typeof other === 'string') yield { code: 'partition-backup-missing', block: 0, detail: other };
  else if (main.header.other !== BigInt(last))
    yield {
      code: 'partition-backup-missing',
      block: 0,
      detail: `It is in sector ${main.header.other}; of a disk as long as the image it would be in sector ${last}.`,
    };
}

/** Whether a GPT describes the image as one of a disk, whose second copy ends it. */
export const hasGpt = async (reader: BlockReader): Promise<boolean> => {
  const second = await sectorsAt(reader, 1, 1);
  return second !== undefined && foreignGptHeader.decode(second).signature === GPT_SIGNATURE;
};

/** A protective partition may be as long as its field, however large the disk is. */
const isWithin = (
  { type, start, sectors }: { type: number; start: number; sectors: number },
  end: number,
): boolean => type === PARTITION_TYPE.protective || sectors === 0 || start + sectors <= end;

/** What is wrong with the partition tables that make an image one of a disk, too; they lie in the system area of its beginning. */
export async function* partitionProblems(reader: BlockReader): AsyncGenerator<Finding> {
  if (reader.blocks === 0) return;
  const record = foreignBootRecord.decode(await reader.read(0, 1));
  if (record.signature !== BOOT_SIGNATURE) return;
  for (const partition of partitionsOf(record))
    if (!isWithin(partition, reader.blocks * SECTORS_PER_BLOCK))
      yield {
        code: 'partition-outside',
        block: 0,
        detail: `A partition takes ${partition.sectors} sectors from sector ${partition.start} on.`,
      };
  if (await hasGpt(reader)) yield* gptProblems(reader);
}
