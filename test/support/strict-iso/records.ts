import type { ClaimedImage } from './claims.js';
import { BLOCK, both16, both32, need, zero } from './rules.js';
import { type Posix, readSystemUse } from './system-use.js';

export interface DirectoryRecord {
  /** A character per byte. */
  readonly id: string;
  readonly hidden: boolean;
  readonly directory: boolean;
  /** Whether another section of the file follows. */
  readonly continues: boolean;
  readonly extent: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly posix: Posix | undefined;
}

/** 9.1.5: the least and the most that a month, a day, an hour and a minute may be. */
const DATE: readonly (readonly [number, number])[] = [
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
];

const secondsOf = (stamp: Buffer): number => {
  const field = (at: number): number => stamp.readUInt8(at);
  need(
    DATE.every(([least, most], index) => field(index + 1) >= least && field(index + 1) <= most),
    '9.1.5: a date',
  );
  const local = Date.UTC(1900 + field(0), field(1) - 1, field(2), field(3), field(4), field(5));
  return local / 1000 - stamp.readInt8(6) * 15 * 60;
};

const checkFixed = (record: Buffer): void => {
  need(
    [1, 26, 27].every((at) => record[at] === 0),
    '9.1: no extended attributes, not interleaved',
  );
  need(both16(record, 28, 'volume sequence number') === 1, '9.1.9: the volume is the first');
  need((record.readUInt8(25) & 0x60) === 0, '9.1.6: reserved flags are zero');
};

/** 9.1.11 and 9.1.12: the identifier of a record, and what follows its padding. */
const identifierOf = (record: Buffer, joliet: boolean): { id: string; area: Buffer } => {
  const length = record.readUInt8(32);
  const even = length % 2 === 0;
  if (even) need(record[33 + length] === 0, '9.1.12: the padding is zero');
  if (joliet && length > 1) need(even, 'Joliet: whole characters');
  const end = 33 + length;
  return { id: record.toString('latin1', 33, end), area: record.subarray(even ? end + 1 : end) };
};

/** 9.1: one record; `undefined` where the rest of a block is unused. */
export const readRecord = (
  image: ClaimedImage,
  bytes: Buffer,
  at: number,
  joliet: boolean,
): DirectoryRecord | undefined => {
  const length = bytes.readUInt8(at);
  if (length === 0) return undefined;
  need(length >= 34 && length % 2 === 0, '9.1: records have an even length');
  need((at % BLOCK) + length <= BLOCK, '6.8.1.1: records end in their block');
  const record = bytes.subarray(at, at + length);
  checkFixed(record);
  const { id, area } = identifierOf(record, joliet);
  const flags = record.readUInt8(25);
  return {
    id,
    hidden: (flags & 1) !== 0,
    directory: (flags & 2) !== 0,
    continues: (flags & 0x80) !== 0,
    extent: both32(record, 2, 'extent'),
    bytes: both32(record, 10, 'length'),
    seconds: secondsOf(record.subarray(18, 25)),
    posix: readSystemUse(image, area),
  };
};

const recordsIn = (image: ClaimedImage, content: Buffer, joliet: boolean): DirectoryRecord[] => {
  const records: DirectoryRecord[] = [];
  for (let at = 0; at < content.length;) {
    const record = readRecord(image, content, at, joliet);
    const end = (Math.floor(at / BLOCK) + 1) * BLOCK;
    if (record) records.push(record);
    else need(zero(content.subarray(at, end)), '6.8.1.1: the rest of a block is zero');
    at = record ? at + content.readUInt8(at) : end;
  }
  return records;
};

export interface Directory {
  readonly self: DirectoryRecord;
  readonly parent: DirectoryRecord;
  readonly children: readonly DirectoryRecord[];
}

export const readDirectory = (
  image: ClaimedImage,
  extent: number,
  bytes: number,
  joliet: boolean,
): Directory => {
  need(bytes > 0 && bytes % BLOCK === 0, '6.8.1: directories are whole blocks');
  const content = image.claimAt(extent, bytes, 'directory');
  const [self, parent, ...children] = recordsIn(image, content, joliet);
  if (self?.id !== '\0' || parent?.id !== '\x01') throw new Error('6.8.2.2: itself, then its parent');
  need(self.extent === extent && self.bytes === bytes, '6.8.2.2: the first record is itself');
  return { self, parent, children };
};
