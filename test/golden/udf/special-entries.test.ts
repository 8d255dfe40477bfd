/**
 * Entries of files that no other program reads, or whose peculiarities none looks at: typed by hand after ECMA-167 4/14.17 (3rd edition) and OSTA
 * UDF 2.01. The CRCs are those of Python's `binascii.crc_hqx`.
 */
import { describe, expect, it } from 'vitest';

import { ALLOCATION } from '../../../src/udf/extents.js';
import { encodeEntry, type EntryValues, FILE_TYPE } from '../../../src/udf/file-entry.js';
import { REVISION_RULES } from '../../../src/udf/revisions.js';
import { hex, unhex } from '../../support/hex.js';

const zeros = (count: number): string => '00 '.repeat(count);
const joined = (...parts: readonly string[]): string => hex(unhex(parts.join(' ')));

/** 2001-02-03 04:05:06.070809, of access and modification; 1999-12-31 23:59:59.999999, of creation; 2038-01-19 03:14:08, of attributes. */
const TIMES = {
  typed: [
    '00 10 d1 07 02 03 04 05 06 07 08 09',
    '00 10 d1 07 02 03 04 05 06 07 08 09',
    '00 10 cf 07 0c 1f 17 3b 3b 63 63 63',
    '00 10 f6 07 01 13 03 0e 08 00 00 00',
  ].join(' '),
  zoneMinutes: 0,
  accessedAt: 981_173_106_070_809_000n,
  modifiedAt: 981_173_106_070_809_000n,
  createdAt: 946_684_799_999_999_000n,
  attributesChangedAt: 2_147_483_648_000_000_000n,
};

/** Checkpoint 1, reserved, no extended attribute file. */
const CHECKPOINT = `01 00 00 00 ${zeros(4)} ${zeros(16)}`;
/** Flags, "*Spindle", UNIX and Linux. */
const IMPLEMENTATION = `00 2a 53 70 69 6e 64 6c 65 ${zeros(15)} 04 05 ${zeros(6)}`;

/** ICB tag: strategy 4, one entry, type, flags. */
const icb = (type: string, flags: string): string =>
  `00 00 00 00 04 00 00 00 01 00 00 ${type} ${zeros(6)} ${flags}`;

const values = (
  differences: Partial<EntryValues> & Pick<EntryValues, 'icbTag' | 'allocation'>,
): EntryValues => ({
  attributes: { uid: 0, gid: 0, permissions: 0x1084, ...TIMES },
  links: 1,
  informationLength: 0,
  blocksRecorded: 0,
  uniqueId: 0,
  extendedAttributes: new Uint8Array(0),
  ...differences,
});

const encoded = (of: EntryValues, location: number): string => {
  const block = new Uint8Array(2048);
  encodeEntry(block, REVISION_RULES['2.01'], of, location);
  const end = 216 + of.allocation.length;
  expect(block.subarray(end).every((byte) => byte === 0)).toBe(true);
  return hex(block.subarray(0, end));
};

describe('An extended file entry', () => {
  it('of a real-time file has type 249, and the time of creation between those of modification and of attributes', () => {
    const of = values({
      attributes: { uid: 1000, gid: 100, permissions: 0x14a5, ...TIMES },
      icbTag: { fileType: FILE_TYPE.realTime, allocation: ALLOCATION.short },
      informationLength: 5000,
      blocksRecorded: 3,
      uniqueId: 17,
      allocation: unhex('88 13 00 00 21 00 00 00'),
    });
    expect(encoded(of, 9)).toBe(
      joined(
        '0a 01 03 00 63 00 00 00 fb 81 d0 00 09 00 00 00',
        icb('f9', '00 00'),
        'e8 03 00 00 64 00 00 00 a5 14 00 00 01 00 00 00 00 00 00 00',
        '88 13 00 00 00 00 00 00 88 13 00 00 00 00 00 00 03 00 00 00 00 00 00 00',
        TIMES.typed,
        CHECKPOINT,
        zeros(16),
        IMPLEMENTATION,
        '11 00 00 00 00 00 00 00 00 00 00 00 08 00 00 00',
        '88 13 00 00 21 00 00 00',
      ),
    );
  });

  it('of a file with a named stream points to their directory, and its object is longer than its information', () => {
    const of = values({
      icbTag: { fileType: FILE_TYPE.file, allocation: ALLOCATION.short },
      links: 2,
      informationLength: 5000,
      objectSize: 5003,
      blocksRecorded: 3,
      uniqueId: 18,
      streamDirectory: { length: 2048, block: 10, partition: 0, uniqueId: 0 },
      allocation: unhex('88 13 00 00 24 00 00 00'),
    });
    expect(encoded(of, 8)).toBe(
      joined(
        '0a 01 03 00 dc 00 00 00 98 5e d0 00 08 00 00 00',
        icb('05', '00 00'),
        '00 00 00 00 00 00 00 00 84 10 00 00 02 00 00 00 00 00 00 00',
        '88 13 00 00 00 00 00 00 8b 13 00 00 00 00 00 00 03 00 00 00 00 00 00 00',
        TIMES.typed,
        CHECKPOINT,
        '00 08 00 00 0a 00 00 00 00 00 00 00 00 00 00 00',
        IMPLEMENTATION,
        '12 00 00 00 00 00 00 00 00 00 00 00 08 00 00 00',
        '88 13 00 00 24 00 00 00',
      ),
    );
  });

  it('of a directory of streams has type 13, its names in itself', () => {
    const names = Array.from({ length: 40 }, (_, index) => index);
    const of = values({
      icbTag: { fileType: FILE_TYPE.streamDirectory, allocation: ALLOCATION.embedded },
      informationLength: 40,
      allocation: Uint8Array.from(names),
    });
    expect(encoded(of, 10)).toBe(
      joined(
        '0a 01 03 00 5d 00 00 00 d0 85 f0 00 0a 00 00 00',
        icb('0d', '03 00'),
        '00 00 00 00 00 00 00 00 84 10 00 00 01 00 00 00 00 00 00 00',
        '28 00 00 00 00 00 00 00 28 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
        TIMES.typed,
        CHECKPOINT,
        zeros(16),
        IMPLEMENTATION,
        '00 00 00 00 00 00 00 00 00 00 00 00 28 00 00 00',
        hex(Uint8Array.from(names)),
      ),
    );
  });

  it('of a stream says by bit 13 that it is one', () => {
    const of = values({
      icbTag: { fileType: FILE_TYPE.file, allocation: ALLOCATION.short, stream: true },
      informationLength: 3,
      blocksRecorded: 1,
      allocation: unhex('03 00 00 00 27 00 00 00'),
    });
    expect(encoded(of, 11)).toBe(
      joined(
        '0a 01 03 00 78 00 00 00 c5 ca d0 00 0b 00 00 00',
        icb('05', '00 20'),
        '00 00 00 00 00 00 00 00 84 10 00 00 01 00 00 00 00 00 00 00',
        '03 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00',
        TIMES.typed,
        CHECKPOINT,
        zeros(16),
        IMPLEMENTATION,
        '00 00 00 00 00 00 00 00 00 00 00 00 08 00 00 00',
        '03 00 00 00 27 00 00 00',
      ),
    );
  });
});
