import type { ValuesOf } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { directoryRecordHeader, IDENTIFIER_OFFSET, recordBytes } from './directory-record.js';

/** A directory record as it was found. */
export interface FoundRecord {
  /** Where it begins in its directory. */
  readonly offset: number;
  readonly header: ValuesOf<typeof directoryRecordHeader>;
  readonly identifier: Uint8Array;
  readonly systemUse: Uint8Array;
}

export interface MalformedRecord {
  readonly offset: number;
  readonly reason: string;
}

const SHORTEST = recordBytes(1);

const reasonAgainst = (directory: Uint8Array, offset: number, length: number): string | undefined => {
  if (length < SHORTEST) return `it is ${length} bytes long`;
  if ((offset % BLOCK) + length > BLOCK) return 'it crosses the end of its block';
  const identifierLength = directory[offset + IDENTIFIER_OFFSET - 1] ?? 0;
  if (identifierLength === 0) return 'it has no identifier';
  return recordBytes(identifierLength) > length ? 'its identifier does not fit' : undefined;
};

const recordAt = (directory: Uint8Array, offset: number, length: number): FoundRecord => {
  const bytes = directory.subarray(offset, offset + length);
  const header = directoryRecordHeader.decode(bytes);
  return {
    offset,
    header,
    identifier: bytes.subarray(IDENTIFIER_OFFSET, IDENTIFIER_OFFSET + header.identifierLength),
    systemUse: bytes.subarray(recordBytes(header.identifierLength)),
  };
};

/**
 * ECMA-119 §6.8.1: the records of a directory of whole blocks. A length of 0 goes on in the next block; so does what is malformed, since
 * where the next record begins is not known then.
 */
export function* directoryRecords(directory: Uint8Array): Generator<FoundRecord | MalformedRecord> {
  for (let offset = 0; offset < directory.length;) {
    const length = directory[offset] ?? 0;
    const next = (Math.floor(offset / BLOCK) + 1) * BLOCK;
    const reason = length === 0 ? undefined : reasonAgainst(directory, offset, length);
    if (reason !== undefined) yield { offset, reason };
    else if (length > 0) yield recordAt(directory, offset, length);
    offset = length === 0 || reason !== undefined ? next : offset + length;
  }
}
