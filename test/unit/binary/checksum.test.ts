import { describe, expect, it } from 'vitest';
import { crc16, sum16le } from '../../../src/binary/checksum.js';
import { unhex } from '../../support/hex.js';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('crc16', () => {
  it('is the published check value of CRC-16/XMODEM', () => {
    expect(crc16(ascii('123456789'))).toBe(0x31c3);
  });

  it('is the one of the example in ECMA-167 3/7.2.6', () => {
    expect(crc16(unhex('70 6a 77'))).toBe(0x3299);
  });

  it('is, inverted, the one of subchannel Q', () => {
    const inverted = crc16(unhex('01 01 01 00 00 00 00 00 02 00')) ^ 0xffff;
    expect(inverted).toBe(0x5a28);
  });
});

describe('sum16le', () => {
  it('is zero over a validation entry of El Torito as genisoimage writes it', () => {
    const entry = new Uint8Array(32);
    entry.set(unhex('01 00 00 00'));
    entry.set(unhex('aa 55 55 aa'), 28);
    expect(sum16le(entry)).toBe(0);
  });

  it('takes the first byte of a word for the low one', () => {
    expect(sum16le(unhex('01 02 ff ff'))).toBe(0x0200);
  });
});
