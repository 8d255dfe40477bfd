import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Codec,
  bytes,
  int16le,
  int32be,
  int8,
  padded,
  uint16be,
  uint16both,
  uint16le,
  uint24be,
  uint32be,
  uint32both,
  uint32le,
  uint64be,
  uint64le,
  uint8,
} from '../../../src/binary/codec.js';
import { hex, unhex } from '../../support/hex.js';

const encode = <T>(codec: Codec<T>, value: T): string => {
  const target = new Uint8Array(codec.size);
  codec.encodeInto(target, 0, value);
  return hex(target);
};

const integers: Record<
  string,
  { codec: Codec<number>; value: number; text: string; min: number; max: number }
> = {
  uint8: { codec: uint8, value: 0xfe, text: 'fe', min: 0, max: 255 },
  int8: { codec: int8, value: -48, text: 'd0', min: -128, max: 127 },
  uint16be: { codec: uint16be, value: 0x0102, text: '01 02', min: 0, max: 0xffff },
  uint16le: { codec: uint16le, value: 0x0102, text: '02 01', min: 0, max: 0xffff },
  int16le: { codec: int16le, value: -2, text: 'fe ff', min: -32_768, max: 32_767 },
  uint24be: { codec: uint24be, value: 0x010203, text: '01 02 03', min: 0, max: 0xffffff },
  uint32be: { codec: uint32be, value: 0xfffefdfc, text: 'ff fe fd fc', min: 0, max: 0xffffffff },
  uint32le: { codec: uint32le, value: 0xfffefdfc, text: 'fc fd fe ff', min: 0, max: 0xffffffff },
  int32be: { codec: int32be, value: -150, text: 'ff ff ff 6a', min: -(2 ** 31), max: 2 ** 31 - 1 },
  uint16both: { codec: uint16both, value: 0x0800, text: '00 08 08 00', min: 0, max: 0xffff },
  uint32both: {
    codec: uint32both,
    value: 0x010203,
    text: '03 02 01 00 00 01 02 03',
    min: 0,
    max: 0xffffffff,
  },
};

describe.each(Object.entries(integers))('%s', (_, { codec, value, text, min, max }) => {
  it('has the bytes that the standards show', () => {
    expect(encode(codec, value)).toBe(text);
    expect(codec.decode(unhex(text))).toBe(value);
  });

  it('gives back every integer of its range', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)), (given) => {
        expect(codec.decode(unhex(encode(codec, given)))).toBe(given);
      }),
    );
  });

  it('refuses what lies outside of its range, fractions and nothing', () => {
    for (const bad of [min - 1, max + 1, 0.5, Number.NaN, undefined as unknown as number])
      expect(() => encode(codec, bad)).toThrow(`${bad} is not an integer from ${min} to ${max}`);
  });
});

describe('64-bit numbers', () => {
  it('are big or little endian', () => {
    expect(encode(uint64be, 0x0102n)).toBe('00 00 00 00 00 00 01 02');
    expect(encode(uint64le, 0x0102n)).toBe('02 01 00 00 00 00 00 00');
    expect(uint64le.decode(unhex('00 02 01 00 00 00 00 00 80'), 1)).toBe(0x8000000000000102n);
    expect(uint64be.decode(unhex('ff ff ff ff ff ff ff ff'))).toBe(2n ** 64n - 1n);
  });

  it('refuse what does not fit', () => {
    expect(() => encode(uint64be, 2n ** 64n)).toThrow('does not fit in 8 bytes');
    expect(() => encode(uint64le, -1n)).toThrow('does not fit in 8 bytes');
  });
});

describe('padded text', () => {
  it('is filled with spaces, and read without them', () => {
    expect(encode(padded(5), 'CD 1')).toBe('43 44 20 31 20');
    expect(padded(5).decode(unhex('43 44 20 31 20'))).toBe('CD 1');
  });

  it('is read without the zeros that some drives fill with', () => {
    expect(padded(4).decode(unhex('41 20 00 00'))).toBe('A');
  });

  it('refuses what is too long or not printable ASCII', () => {
    expect(() => encode(padded(2), 'ABC')).toThrow('"ABC" is longer than 2 characters');
    expect(() => encode(padded(2), 'Ä')).toThrow('"Ä" is not printable ASCII');
  });
});

describe('raw bytes', () => {
  it('are copied, not shared', () => {
    const source = unhex('01 02 03');
    const copy = bytes(2).decode(source, 1);
    source.fill(0);
    expect(hex(copy)).toBe('02 03');
  });

  it('must be as many as declared', () => {
    expect(() => encode(bytes(2), new Uint8Array(3))).toThrow('3 bytes given for 2');
  });
});
