import type { ClaimedImage } from './claims.js';
import type { DirectoryRecord } from './records.js';
import { BLOCK, both32, need } from './rules.js';

/** 9.3: names, then extensions, padded with spaces, then versions. */
const keyOf = (id: string): string => {
  const bare = id.replace(/;\d+$/, '');
  const dot = bare.lastIndexOf('.');
  const [name, extension] = dot === -1 ? [bare, ''] : [bare.slice(0, dot), bare.slice(dot + 1)];
  return name.padEnd(250) + extension.padEnd(250);
};

/** 9.3: the order of what is in a directory; `exact` where names and extensions are told apart. */
export const checkOrder = (children: readonly DirectoryRecord[], exact: boolean): void => {
  const key = exact ? keyOf : (id: string) => id;
  for (const [index, record] of children.slice(1).entries()) {
    const before = children[index]!;
    if (before.continues) need(record.id === before.id, '9.1.6: sections of a file follow each other');
    else need(key(before.id) < key(record.id), `9.3: ${before.id} before ${record.id}`);
  }
};

/** 9.4: one record of a path table. */
interface PathRecord {
  readonly id: string;
  readonly extent: number;
  readonly parent: number;
}

/** 6.9.2: what both path tables say at an offset. */
const pathRecord = (little: Buffer, big: Buffer): PathRecord => {
  const [extent, parent] = [little.readUInt32LE(2), little.readUInt16LE(6)];
  need(extent === big.readUInt32BE(2) && parent === big.readUInt16BE(6), '6.9.2: both tables are the same');
  const end = 8 + little.readUInt8(0);
  need(little.subarray(8, end).equals(big.subarray(8, end)), '6.9.2: with the same names');
  return { id: little.toString('latin1', 8, end), extent, parent };
};

const pathRecords = (image: ClaimedImage, descriptor: Buffer): PathRecord[] => {
  const size = both32(descriptor, 132, 'path table size');
  const whole = Math.ceil(size / BLOCK) * BLOCK;
  const little = image.claimAt(descriptor.readUInt32LE(140), whole, 'path table');
  const big = image.claimAt(descriptor.readUInt32BE(148), whole, 'path table');
  const records: PathRecord[] = [];
  for (let at = 0; at < size;) {
    const record = pathRecord(little.subarray(at), big.subarray(at));
    records.push(record);
    at += 8 + record.id.length + (record.id.length % 2);
  }
  return records;
};

const isLater = (record: PathRecord, before: PathRecord): boolean =>
  record.parent > before.parent || (record.parent === before.parent && before.id < record.id);

/** 6.9.1 and 9.4: both path tables, and what they say of the directories, which are given with their parents. */
export const checkPathTables = (
  image: ClaimedImage,
  descriptor: Buffer,
  directories: ReadonlyMap<number, number>,
): void => {
  const records = pathRecords(image, descriptor);
  for (const [index, record] of records.entries()) {
    const before = records[index - 1];
    if (!before) {
      need(record.parent === 1, '6.9.1: the root is its own parent');
      continue;
    }
    need(record.parent <= index, '6.9.1: parents come first');
    need(index === 1 || isLater(record, before), `6.9.1: ${before.id} before ${record.id} in the path table`);
    need(
      directories.get(record.extent) === records[record.parent - 1]?.extent,
      '9.4.4: the parent of a directory',
    );
  }
  need(records.length === directories.size, '6.9: all directories are in the path table');
};
