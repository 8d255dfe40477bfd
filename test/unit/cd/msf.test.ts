import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIRST_LBA,
  LAST_LBA,
  formatMsf,
  fromBcd,
  lbaToMsf,
  msfToLba,
  packMsf,
  toBcd,
  unpackMsf,
} from '../../../src/cd/msf.js';

describe('times of CD', () => {
  /** MMC-5 table "LBA to MSF translation"; the lead-in is where wodim 1.1.11 began to write in raw mode (97:34:23). */
  it.each([
    [0, '00:02:00'],
    [-150, '00:00:00'],
    [-151, '99:59:74'],
    [-11_077, '97:34:23'],
    [-45_150, '90:00:00'],
    [359_849 - 150, '79:57:74'],
    [404_849, '89:59:74'],
  ])('block %i is %s', (lba, text) => {
    expect(formatMsf(lbaToMsf(lba))).toBe(text);
    expect(msfToLba(lbaToMsf(lba))).toBe(lba);
  });

  it('name every block once', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_LBA, max: LAST_LBA }), (lba) => {
        expect(msfToLba(lbaToMsf(lba))).toBe(lba);
      }),
    );
  });

  it('name no block beyond 90 minutes in either direction', () => {
    expect(() => lbaToMsf(LAST_LBA + 1)).toThrow('no time names block 404850');
    expect(() => lbaToMsf(FIRST_LBA - 1)).toThrow('no time names block -45151');
    expect(() => lbaToMsf(0.5)).toThrow(RangeError);
  });

  it('fit the address bytes of a TOC', () => {
    expect(packMsf({ minute: 79, second: 59, frame: 74 })).toBe(0x4f3b4a);
    expect(unpackMsf(0x004f3b4a)).toEqual({ minute: 79, second: 59, frame: 74 });
  });
});

describe('binary coded decimals', () => {
  it('are two digits in a byte', () => {
    expect(toBcd(74)).toBe(0x74);
    expect(fromBcd(0x59)).toBe(59);
    for (let value = 0; value < 100; value++) expect(fromBcd(toBcd(value))).toBe(value);
  });

  it('have no form beyond 99', () => {
    expect(() => toBcd(100)).toThrow('100 has no BCD form');
    expect(() => toBcd(-1)).toThrow(RangeError);
  });
});
