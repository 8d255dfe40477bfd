/**
 * Bytes of ECMA-167 and OSTA UDF structures that somebody else made: typed by hand after the standards, and taken from volumes of mkudffs and
 * of NetBSD's makefs (the metadata partition map).
 */
import { describe, expect, it } from 'vitest';

import { crc16 } from '../../../src/binary/checksum.js';
import { entityIdentifier } from '../../../src/udf/entity-identifiers.js';
import { creationAttributes } from '../../../src/udf/extended-attributes.js';
import { chainOf } from '../../../src/udf/extents.js';
import { encodeFileIdentifier, fileIdentifierEnd } from '../../../src/udf/file-identifier.js';
import { metadataMap, PHYSICAL_MAP, sparableMap } from '../../../src/udf/partition-maps.js';
import { encodePath } from '../../../src/udf/path-components.js';
import { encodeSpaceBitmap } from '../../../src/udf/space-bitmap.js';
import { encodeSparingTable } from '../../../src/udf/sparing.js';
import { descriptorTag, seal, TAG } from '../../../src/udf/tag.js';
import { dstring } from '../../../src/udf/text.js';
import { timestamp } from '../../../src/udf/timestamp.js';
import { anchorVolumePointer, terminating } from '../../../src/udf/volume-descriptors.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const zeros = (count: number): string => '00 '.repeat(count);
const ascii = (text: string): string => hex(new TextEncoder().encode(text));

describe('A descriptor tag', () => {
  it.each([
    ['70 6a 77', 0x3299],
    [ascii('123456789'), 0x31c3],
    ['41', 0x58e5],
    ['00 00 00', 0],
  ])('has the CRC of ECMA-167 for %s', (text, crc) => {
    expect(crc16(unhex(text))).toBe(crc);
  });

  const anchor = (version: 2 | 3): Uint8Array => {
    const bytes = anchorVolumePointer.encode({
      mainSequence: { length: 32_768, location: 257 },
      reserveSequence: { length: 32_768, location: 273 },
    });
    seal(bytes, { identifier: TAG.anchorVolumePointer, version, location: 256 });
    return bytes.subarray(0, 32);
  };

  it('is that of an anchor of either edition', () => {
    const extents = '00 80 00 00 01 01 00 00 00 80 00 00 11 01 00 00';
    expect(hex(anchor(2))).toBe(`02 00 02 00 c2 00 00 00 e7 e5 f0 01 00 01 00 00 ${extents}`);
    expect(hex(anchor(3))).toBe(`02 00 03 00 c3 00 00 00 e7 e5 f0 01 00 01 00 00 ${extents}`);
  });

  it('is that of a terminating descriptor', () => {
    const bytes = terminating.encode({});
    seal(bytes, { identifier: TAG.terminating, version: 2, location: 262 });
    expect(hex(bytes)).toBe(`08 00 02 00 02 00 00 00 00 00 f0 01 06 01 00 00 ${zeros(496)}`.trim());
    expect(descriptorTag.decode(bytes)).toMatchObject({ identifier: 8, version: 2, crc: 0, location: 262 });
  });
});

describe('Text', () => {
  it.each([
    ['TEST', `08 54 45 53 54 ${zeros(26)}05`],
    ['Ж', `10 04 16 ${zeros(28)}03`],
    ['é', `08 e9 ${zeros(29)}02`],
    ['', zeros(32).trim()],
  ])('is a dstring: %s', (text, bytes) => {
    const encoded = new Uint8Array(32);
    dstring(32).encodeInto(encoded, 0, text);
    expect(hex(encoded)).toBe(bytes);
    expect(dstring(32).decode(encoded)).toBe(text);
  });
});

describe('A timestamp', () => {
  const AT = 1_714_972_089_123_456_000n;

  // ECMA-167 1/7.3.1: twelve bits of minutes, a complement of two; -210 is F2Eh.
  it.each([
    [120, '78 10 e8 07 05 06 07 08 09 0c 22 38'],
    [-210, '2e 1f e8 07 05 06 01 26 09 0c 22 38'],
    [-720, '30 1d e8 07 05 05 11 08 09 0c 22 38'],
  ])('is written and read in any zone, %i minutes', (zoneMinutes, bytes) => {
    expect(timestamp.decode(unhex(bytes))).toEqual({ ns: AT, zoneMinutes });
    const encoded = new Uint8Array(12);
    timestamp.encodeInto(encoded, 0, { ns: AT, zoneMinutes });
    expect(hex(encoded)).toBe(bytes);
  });

  // 2,047 minutes below zero: there is no zone.
  it('is taken for UTC where it names no zone', () => {
    const moment = { ns: AT + 7_200_000_000_000n, zoneMinutes: 0 };
    expect(timestamp.decode(unhex('01 18 e8 07 05 06 07 08 09 0c 22 38'))).toEqual(moment);
  });

  it('is written after 2036 too', () => {
    const encoded = new Uint8Array(12);
    timestamp.encodeInto(encoded, 0, { ns: AT, zoneMinutes: 0 });
    expect(hex(encoded)).toBe('00 10 e8 07 05 06 05 08 09 0c 22 38');
    timestamp.encodeInto(encoded, 0, { ns: 4_102_444_800_000_000_000n, zoneMinutes: 0 });
    expect(hex(encoded)).toBe('00 10 34 08 01 01 00 00 00 00 00 00');
  });
});

describe('A file identifier', () => {
  const tag = { version: 2, location: 2, wholeTags: false } as const;
  const icb = (block: number) => ({ length: 2048, block, partition: 0, uniqueId: 0 });

  it('of the parent has no name', () => {
    const bytes = new Uint8Array(40);
    const parent = { name: '', directory: true, hidden: false, parent: true, icb: icb(2) };
    expect(encodeFileIdentifier(bytes, 0, parent, tag)).toBe(40);
    expect(hex(bytes)).toBe(
      '01 01 02 00 c7 00 00 00 47 62 18 00 02 00 00 00 01 00 0a 00 ' +
        '00 08 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
    );
  });

  it('of a file is padded to four bytes', () => {
    const bytes = new Uint8Array(52);
    const file = { name: 'README.TXT', directory: false, hidden: false, parent: false, icb: icb(4) };
    expect(encodeFileIdentifier(bytes, 0, file, { ...tag, location: 3 })).toBe(52);
    expect(hex(bytes)).toBe(
      '01 01 02 00 4a 00 00 00 7d a2 24 00 03 00 00 00 01 00 00 0b ' +
        '00 08 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 ' +
        '08 52 45 41 44 4d 45 2e 54 58 54 00 00 00',
    );
  });

  // OSTA UDF 2.00 2.3.4.4 and 2.3.4.5: fewer than 16 bytes would be left in the block for the next tag.
  it('is made longer on media that are written once where the next tag would cross the end of a block', () => {
    const file = { name: 'README.TXT', directory: false, hidden: false, parent: false, icb: icb(4) };
    const ends = (offset: number) =>
      [true, false].map((wholeTags) => fileIdentifierEnd(offset, 'README.TXT', wholeTags) - offset);
    // From 1,980 on it ends with 16 bytes left, from 1,996 on with the block.
    expect([1976, 1980, 1984, 1988, 1992, 1996, 2000].map(ends)).toEqual(
      [52, 52, 84, 84, 84, 52, 52].map((whole) => [whole, 52]),
    );
    const bytes = new Uint8Array(2100);
    expect(encodeFileIdentifier(bytes, 1984, file, { ...tag, version: 3, wholeTags: true })).toBe(2068);
    // Length of implementation use, the regid of who wrote it (flags, identifier, suffix), the name.
    expect(hex(bytes.subarray(1984 + 36, 2068))).toBe(
      '20 00 00 2a 53 70 69 6e 64 6c 65 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04 05 00 00 00 00 00 00 ' +
        '08 52 45 41 44 4d 45 2e 54 58 54 00 00 00',
    );
  });
});

describe('A metadata partition map', () => {
  const identifier = entityIdentifier.encode({
    identifier: '*UDF Metadata Partition',
    suffix: unhex('50 02 04 08 00 00 00 00'),
  });
  golden(
    'is that of NetBSD, whose mirror has blocks of its own',
    metadataMap,
    {
      identifier,
      metadataFile: 0,
      mirrorFile: 32_093,
      bitmapFile: 1,
      allocationUnit: 32,
      alignmentUnit: 32,
      duplicated: false,
    },
    `02 40 00 00 00 ${ascii('*UDF Metadata Partition')} 50 02 04 08 00 00 00 00 01 00 00 00 ` +
      '00 00 00 00 5d 7d 00 00 01 00 00 00 20 00 00 00 20 00 00 00 00 00 00 00',
  );

  it('stands after that of the partition itself', () => {
    expect(hex(PHYSICAL_MAP)).toBe('01 06 01 00 00 00');
  });
});

/** Of `mkudffs --media-type=cdrw --udfrev=2.01` over 32,768 blocks; only the serial number of its tags, which is 1, is ours, 0. */
describe('A sparable partition', () => {
  const suffix = '01 02 04 05 00 00 00 00';
  golden(
    'has the map of mkudffs',
    sparableMap,
    {
      identifier: entityIdentifier.encode({ identifier: '*UDF Sparable Partition', suffix: unhex(suffix) }),
      packetLength: 32,
      tableBytes: 312,
      firstTable: 160,
      secondTable: 32_736,
    },
    `02 40 00 00 00 ${ascii('*UDF Sparable Partition')} ${suffix} 01 00 00 00 ` +
      '20 00 02 00 38 01 00 00 a0 00 00 00 e0 7f 00 00 00 00 00 00 00 00 00 00',
  );

  it('has the table of mkudffs', () => {
    const table = encodeSparingTable(288, { word: 0x0201, version: 3, location: 160 });
    const entries = Array.from({ length: 32 }, (_, packet) => {
      const [low, high] = [(288 + 32 * packet) % 256, Math.floor((288 + 32 * packet) / 256)];
      return `ff ff ff ff ${hex(new Uint8Array([low, high]))} 00 00`;
    });
    expect(hex(table)).toBe(
      `00 00 03 00 58 00 00 00 5f 2d 28 01 a0 00 00 00 00 ${ascii('*UDF Sparing Table')} ${zeros(5)}` +
        `${suffix} 20 00 00 00 00 00 00 00 ${entries.join(' ')}`,
    );
  });
});

describe('A symbolic link', () => {
  it('is its target name by name', () => {
    expect(hex(encodePath('a/../b'))).toBe('05 02 00 00 08 61 03 00 00 00 05 02 00 00 08 62');
    expect(hex(encodePath('/./x'))).toBe('02 00 00 00 04 00 00 00 05 02 00 00 08 78');
  });
});

describe('The time of creation', () => {
  // ECMA-167 4/14.10.1 and 4/14.10.5, typed by hand; OSTA UDF 1.50 3.3.4.1: no other attributes, hence their end, 56.
  it('is an extended attribute where the entry has no field for it', () => {
    const bytes = creationAttributes({ ns: 1_714_972_089_123_456_000n, zoneMinutes: 0 }, 7);
    expect(hex(bytes.subarray(0, 4))).toBe('06 01 02 00');
    expect(hex(bytes.subarray(12))).toBe(
      '07 00 00 00 38 00 00 00 38 00 00 00 ' +
        '05 00 00 00 01 00 00 00 20 00 00 00 0c 00 00 00 01 00 00 00 00 10 e8 07 05 06 05 08 09 0c 22 38',
    );
  });
});

describe('A space bitmap', () => {
  it('has a one for each free block, the least significant bit first', () => {
    const bytes = encodeSpaceBitmap(
      { blocks: 20, free: [{ first: 10, count: 10 }] },
      { version: 3, location: 5 },
    );
    expect(hex(bytes.subarray(16))).toBe('14 00 00 00 03 00 00 00 00 fc 0f');
  });
});

describe('Allocation descriptors', () => {
  it('go on elsewhere only where the entry has no room for all of them', () => {
    expect(chainOf(234, 234, 253)).toEqual({ own: 234, continued: [] });
    expect(chainOf(235, 234, 253)).toEqual({ own: 233, continued: [2] });
    expect(chainOf(233 + 253, 234, 253)).toEqual({ own: 233, continued: [253] });
    expect(chainOf(233 + 254, 234, 253)).toEqual({ own: 233, continued: [252, 2] });
  });
});
