import { describe, expect, it } from 'vitest';

import type { Moment } from '../../../src/binary/calendar.js';
import { date17, date7 } from '../../../src/iso9660/dates.js';
import { hex, unhex } from '../../support/hex.js';

/** 2024-05-06 07:08:09 UTC, in seconds since 1970. */
const SECONDS = Date.UTC(2024, 4, 6, 7, 8, 9) / 1000;

const encoded7 = (seconds: number | null, zoneMinutes = 0): string => {
  const bytes = new Uint8Array(7);
  date7.encodeInto(bytes, 0, seconds === null ? null : { seconds, zoneMinutes });
  return hex(bytes);
};

const encoded17 = (moment: Moment | null): Uint8Array => {
  const bytes = new Uint8Array(17);
  date17.encodeInto(bytes, 0, moment);
  return bytes;
};

describe('Recording Date and Time', () => {
  // genisoimage 1.1.11 and xorriso 1.5.4, of a file touched at this time
  it('is what genisoimage and xorriso write for a Monday in May', () => {
    expect(encoded7(SECONDS)).toBe('7c 05 06 07 08 09 00');
    expect(date7.decode(unhex('7c 05 06 07 08 09 00'))).toEqual({ seconds: SECONDS, zoneMinutes: 0 });
  });

  // xorriso 1.5.4, TF of a file created on 2026-11-22 15:29:15 UTC
  it('is what xorriso writes for a Sunday in November', () => {
    expect(encoded7(Date.UTC(2026, 10, 22, 15, 29, 15) / 1000)).toBe('7e 0b 16 0f 1d 0f 00');
  });

  // ECMA-119 §9.1.5: local time, and its distance from Greenwich in quarters of an hour
  it.each([
    [120, '7c 05 06 09 08 09 08'],
    [-300, '7c 05 06 02 08 09 ec'],
    [-720, '7c 05 05 13 08 09 d0'],
    [780, '7c 05 06 14 08 09 34'],
  ])('is written and read in the zone that it names, %i minutes', (zoneMinutes, bytes) => {
    expect(date7.decode(unhex(bytes))).toEqual({ seconds: SECONDS, zoneMinutes });
    expect(encoded7(SECONDS, zoneMinutes)).toBe(bytes);
  });

  it('is unset when it is zero, and says no year before 1900 or after 2155', () => {
    expect(encoded7(null)).toBe('00 00 00 00 00 00 00');
    expect(date7.decode(new Uint8Array(7))).toBeNull();
    expect(encoded7(-1e12)).toBe('00 01 01 00 00 00 00');
    expect(encoded7(1e12)).toBe('ff 0c 1f 17 3b 3b 00');
    expect(encoded7(1e12, 120)).toBe('ff 0c 1f 17 3b 3b 08');
  });
});

describe('Volume Date and Time', () => {
  // genisoimage 1.1.11 and xorriso 1.5.4, volume creation on 2026-11-22 15:29:15 UTC
  const text = '32 30 32 36 31 31 32 32 31 35 32 39 31 35 30 30 00';
  const moment = { ns: BigInt(Date.UTC(2026, 10, 22, 15, 29, 15)) * 1_000_000n, zoneMinutes: 0 };

  it('is sixteen digits and a zone', () => {
    expect(hex(encoded17(moment))).toBe(text);
    expect(date17.decode(unhex(text))).toEqual(moment);
  });

  it('keeps hundredths and is local time', () => {
    const later = { ns: moment.ns + 250_000_000n, zoneMinutes: 120 };
    expect(new TextDecoder().decode(encoded17(later).subarray(0, 16))).toBe('2026112217291525');
    expect(date17.decode(encoded17(later))).toEqual(later);
  });

  // ECMA-119 §8.4.26.1: not specified is sixteen digits 0 and a number 0
  it('is unset in digits, not in zeros', () => {
    expect(hex(encoded17(null))).toBe(`${'30 '.repeat(16)}00`);
    expect(date17.decode(encoded17(null))).toBeNull();
  });

  it('refuses a year that has no four digits', () => {
    expect(() => encoded17({ ns: 10n ** 21n, zoneMinutes: 0 })).toThrow(/no four digits/);
  });
});
