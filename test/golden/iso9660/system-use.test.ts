import { describe, expect, it } from 'vitest';

import { decodeDevice, encodeDevice } from '../../../src/image/posix-entries.js';
import {
  childLink,
  deviceNumber,
  encodeName,
  encodeSymbolicLink,
  parentLink,
  posixAttributes,
  relocated,
  rockRidgeReference,
  timeStampsLength,
  writeTimeStamps,
} from '../../../src/iso9660/rrip.js';
import { continuationArea, sharingProtocol } from '../../../src/iso9660/susp.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (entries: readonly Uint8Array[]): string => entries.map(hex).join(' ');

describe('SUSP', () => {
  golden(
    'SP of genisoimage 1.1.11 and xorriso 1.5.4',
    sharingProtocol,
    { bytesSkipped: 0 },
    '53 50 07 01 be ef 00',
  );
  golden(
    'CE of xorriso 1.5.4, to 394 bytes of block 51',
    continuationArea,
    { block: 51, offset: 0, areaLength: 394 },
    '43 45 1c 01 33 00 00 00 00 00 00 33 00 00 00 00 00 00 00 00 8a 01 00 00 00 00 01 8a',
  );

  // SUSP 1.12 §5.5 and RRIP 1.12 §4.3; 183 bytes as pycdlib writes it
  it('announces Rock Ridge 1.12 in 183 bytes', () => {
    expect(hex(rockRidgeReference.subarray(0, 18))).toBe(
      '45 52 b7 01 0a 48 5d 01 49 45 45 45 5f 50 31 32 38 32',
    );
    expect(rockRidgeReference).toHaveLength(183);
  });
});

describe('Rock Ridge', () => {
  golden(
    'PX of a file with mode 0644 and serial 4, by `xorriso -compliance new_rr` 1.5.4',
    posixAttributes,
    { mode: 0o100644, links: 1, userId: 0, groupId: 0, serial: 4 },
    '50 58 2c 01 a4 81 00 00 00 00 81 a4 01 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ' +
      '04 00 00 00 00 00 00 04',
  );
  const at = (...moment: [number, number, number, number, number, number]): number =>
    Date.UTC(...moment) / 1000;
  const created = at(2024, 4, 6, 7, 8, 9);
  const modified = at(2001, 8, 9, 2, 46, 40);
  const accessed = at(2001, 8, 9, 1, 46, 40);
  const changed = at(2026, 10, 28, 20, 52, 19);

  // RRIP 1.12 §4.1.6: a bit of the flags for each stamp, in the order 1 creation, 2 modification, 4 access, 8 change
  it.each([
    ['the modification, whose stamp is that of xorriso', { modified: created }, '02', '7c 05 06 07 08 09 00'],
    [
      'modification, access and change, by genisoimage 1.1.11',
      { modified, accessed, changed },
      '0e',
      '65 09 09 02 2e 28 00 65 09 09 01 2e 28 00 7e 0b 1c 14 34 13 00',
    ],
    [
      'creation and the three others, which no program here writes',
      { created, modified, accessed, changed },
      '0f',
      '7c 05 06 07 08 09 00 65 09 09 02 2e 28 00 65 09 09 01 2e 28 00 7e 0b 1c 14 34 13 00',
    ],
    ['modification and access', { modified, accessed }, '06', '65 09 09 02 2e 28 00 65 09 09 01 2e 28 00'],
  ])('TF of %s', (_what, times, flags, stamps) => {
    const length = timeStampsLength(Object.keys(times).length);
    const encoded = new Uint8Array(length);
    expect(writeTimeStamps(encoded, 0, { times, zoneMinutes: 0 })).toBe(length);
    expect(hex(encoded)).toBe(`54 46 ${length.toString(16).padStart(2, '0')} 01 ${flags} ${stamps}`);
  });
  golden(
    'PN of genisoimage 1.1.11, a block device 259:300',
    deviceNumber,
    { high: 259, low: 300 },
    '50 4e 14 01 03 01 00 00 00 00 01 03 2c 01 00 00 00 00 01 2c',
  );
  golden(
    'PN of xorriso 1.5.4, a character device 1:3',
    deviceNumber,
    { high: 0, low: 0x103 },
    '50 4e 14 01 00 00 00 00 00 00 00 00 03 01 00 00 00 00 01 03',
  );
  // the block device 259:300 as both write it; 11032Ch is what glibc's makedev makes of it
  it('reads the device number of genisoimage and that of xorriso alike, and writes that of genisoimage', () => {
    const xorriso = unhex('50 4e 14 01 00 00 00 00 00 00 00 00 2c 03 11 00 00 11 03 2c');
    expect(decodeDevice(deviceNumber.decode(xorriso))).toBe(0x11_032c);
    expect(decodeDevice({ high: 259, low: 300 })).toBe(0x11_032c);
    expect(hex(encodeDevice(0x11_032c))).toBe('50 4e 14 01 03 01 00 00 00 00 01 03 2c 01 00 00 00 00 01 2c');
  });
  golden(
    'CL of genisoimage 1.1.11, to block 25',
    childLink,
    { block: 25 },
    '43 4c 0c 01 19 00 00 00 00 00 00 19',
  );
  golden(
    'PL of genisoimage 1.1.11, to block 33',
    parentLink,
    { block: 33 },
    '50 4c 0c 01 21 00 00 00 00 00 00 21',
  );
  golden('RE of genisoimage 1.1.11', relocated, {}, '52 45 04 01');

  it('writes names as genisoimage and xorriso do', () => {
    expect(joined(encodeName(bytes('a.txt')))).toBe('4e 4d 0a 01 00 61 2e 74 78 74');
    expect(joined(encodeName(bytes('DIR')))).toBe('4e 4d 08 01 00 44 49 52');
  });

  // RRIP 1.12 §4.1.4: flag 1 continues the name in the next NM
  it('continues a name that is longer than an entry', () => {
    const entries = encodeName(bytes('n'.repeat(255)));
    expect(entries.map((entry) => hex(entry.subarray(0, 5)))).toEqual(['4e 4d ff 01 01', '4e 4d 0a 01 00']);
  });

  it.each([
    ['../dir/./sub', '53 4c 13 01 00 04 00 00 03 64 69 72 02 00 00 03 73 75 62'],
    ['/abs/x', '53 4c 0f 01 00 08 00 00 03 61 62 73 00 01 78'],
  ])('writes the link to %s as genisoimage and xorriso do', (target, expected) => {
    expect(joined(encodeSymbolicLink(bytes(target)))).toBe(expected);
  });

  // RRIP 1.12 §4.1.3.1: flag 1 of a component continues it in the next one
  it('cuts a component that fits in no entry, and begins the next name of every entry that is continued', () => {
    const [first, second, third] = encodeSymbolicLink(bytes(`${'c'.repeat(250)}/d`));
    expect(third).toBeUndefined();
    expect(hex(first?.subarray(0, 7) ?? unhex('00'))).toBe('53 4c ff 01 01 01 f6');
    expect(hex(first?.subarray(-2) ?? unhex('00'))).toBe('01 00');
    expect(hex(second ?? unhex('00'))).toBe('53 4c 0e 01 00 00 04 63 63 63 63 00 01 64');
  });

  it('cuts a component in as many as it takes', () => {
    const entries = encodeSymbolicLink(bytes('c'.repeat(600)));
    // 246 + 246 + 108: each but the last goes on, and so does each entry.
    expect(entries.map((entry) => hex(entry.subarray(0, 7)))).toEqual([
      '53 4c ff 01 01 01 f6',
      '53 4c ff 01 01 01 f6',
      '53 4c 73 01 00 00 6c',
    ]);
  });
});
