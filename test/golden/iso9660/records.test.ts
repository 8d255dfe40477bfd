import { describe, expect, it } from 'vitest';

import { directoryRecordHeader, directoryRecordLength } from '../../../src/iso9660/directory-record.js';
import {
  pathTableRecordL,
  pathTableRecordLength,
  pathTableRecordM,
} from '../../../src/iso9660/path-table.js';
import { reserved } from '../../../src/binary/layout.js';
import { golden } from '../../support/golden.js';

/** 2024-05-06 07:08:09 UTC, in seconds since 1970. */
const SECONDS = Date.UTC(2024, 4, 6, 7, 8, 9) / 1000;

const ordinary = {
  extendedAttributeRecordLength: 0,
  recordedAt: { seconds: SECONDS, zoneMinutes: 0 },
  hidden: false,
  directory: false,
  associatedFile: false,
  record: false,
  protection: false,
  multiExtent: false,
  fileUnitSize: 0,
  interleaveGapSize: 0,
  volumeSequenceNumber: 1,
};

describe('Directory Record', () => {
  golden(
    'of the file A.TXT;1, as xorriso 1.5.4 writes it with Rock Ridge',
    directoryRecordHeader,
    { ...ordinary, length: 112, extent: 33, dataLength: 6, identifierLength: 7 },
    '70 00 21 00 00 00 00 00 00 21 06 00 00 00 00 00 00 06 7c 05 06 07 08 09 00 00 00 00 01 00 00 01 07',
  );
  golden(
    'of a root directory in a descriptor of genisoimage 1.1.11',
    directoryRecordHeader,
    { ...ordinary, length: 34, extent: 28, dataLength: 2048, directory: true, identifierLength: 1 },
    '22 00 1c 00 00 00 00 00 00 1c 00 08 00 00 00 00 08 00 7c 05 06 07 08 09 00 02 00 00 01 00 00 01 01',
  );
  golden(
    'of the Joliet directory DIR, as both write it',
    directoryRecordHeader,
    { ...ordinary, length: 40, extent: 26, dataLength: 2048, directory: true, identifierLength: 6 },
    '28 00 1a 00 00 00 00 00 00 1a 00 08 00 00 00 00 08 00 7c 05 06 07 08 09 00 02 00 00 01 00 00 01 06',
  );

  it('is as long as those of xorriso: even, with a pad byte behind an identifier of even length', () => {
    expect(directoryRecordLength(1, 0)).toBe(34);
    expect(directoryRecordLength(6, 0)).toBe(0x28);
    expect(directoryRecordLength(10, 0)).toBe(0x2c);
    expect(directoryRecordLength(7, 36 + 26 + 10)).toBe(0x70);
    expect(directoryRecordLength(1, 7 + 36 + 26 + 28)).toBe(0x84);
  });
});

// `genisoimage -J -R` 1.1.11, directories / (28), DIR (29) and DIR/SUB (30)
describe('Path Table Record', () => {
  golden(
    'of SUB in the L table of genisoimage 1.1.11',
    pathTableRecordL,
    { identifierLength: 3, extendedAttributeRecordLength: 0, extent: 30, parent: 2 },
    '03 00 1e 00 00 00 02 00',
  );
  golden(
    'of SUB in the M table of genisoimage 1.1.11',
    pathTableRecordM,
    { identifierLength: 3, extendedAttributeRecordLength: 0, extent: 30, parent: 2 },
    '03 00 00 00 00 1e 00 02',
  );

  it('sums up to the path table sizes that genisoimage announces: 34 bytes, and 38 in Joliet', () => {
    const sum = (...identifiers: number[]): number =>
      identifiers.map(pathTableRecordLength).reduce((total, length) => total + length, 0);
    expect(sum(1, 3, 3)).toBe(34);
    expect(sum(1, 6, 6)).toBe(38);
  });

  it('leaves nothing unsaid', () => {
    expect(reserved(pathTableRecordL, 1)).toEqual([]);
    expect(reserved(directoryRecordHeader, 1)).toEqual(['26:6-5']);
  });
});
