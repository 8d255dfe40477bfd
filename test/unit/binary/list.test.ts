import { describe, expect, it } from 'vitest';
import { uint16be } from '../../../src/binary/codec.js';
import { byte, decodeShort, layout, preset } from '../../../src/binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../../src/binary/list.js';
import { hex, unhex } from '../../support/hex.js';

describe('lists', () => {
  it('hold entries one after the other', () => {
    expect(hex(encodeList(uint16be, [1, 2, 3]))).toBe('00 01 00 02 00 03');
    expect(decodeList(uint16be, unhex('00 01 00 02'))).toEqual([1, 2]);
  });

  it('lose an entry that is cut off', () => {
    expect(decodeList(uint16be, unhex('00 01 00'))).toEqual([1]);
    expect(decodeList(uint16be, new Uint8Array(0))).toEqual([]);
  });

  it('are put behind their headers', () => {
    expect(hex(concatenate(unhex('01'), new Uint8Array(0), unhex('02 03')))).toBe('01 02 03');
  });
});

describe('a reply that stops early', () => {
  const reply = layout('Reply', 4, { length: preset(byte(0, uint16be), 2), value: byte(2, uint16be) });

  it('reads as if zeros followed', () => {
    expect(decodeShort(reply, unhex('00 01 05'))).toEqual({ value: 0x500 });
    expect(decodeShort(reply, new Uint8Array(0))).toEqual({ value: 0 });
  });

  it('may as well be longer, and announce another length than ours', () => {
    expect(decodeShort(reply, unhex('00 09 00 07 ff'))).toEqual({ value: 7 });
    expect(hex(reply.encode({ value: 7 }))).toBe('00 02 00 07');
  });
});
