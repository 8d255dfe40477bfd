import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LayoutError,
  bytes,
  padded,
  uint16be,
  uint32be,
  uint32both,
  uint8,
} from '../../../src/binary/codec.js';
import { bits, bp, byte, fixed, flag, layout, rbp, reserved } from '../../../src/binary/layout.js';
import { hex, unhex } from '../../support/hex.js';

const point = layout('Point', 4, { x: byte(0, uint16be), y: byte(2, uint16be) });
const sample = layout('Sample', 12, {
  code: fixed(byte(0, uint8), 0x52),
  high: bits(1, 7, 5),
  open: flag(1, 2),
  type: bits(1, 1, 0),
  at: byte(2, point),
  name: byte(8, padded(3)),
});

describe('a layout', () => {
  it('writes each field where its table says, fixed ones without being told', () => {
    const encoded = sample.encode({ high: 5, open: true, type: 1, at: { x: 1, y: 0x203 }, name: 'CD' });
    expect(hex(encoded)).toBe('52 a5 00 01 02 03 00 00 43 44 20 00');
  });

  it('takes a flag that is left out for off', () => {
    expect(hex(sample.encode({ high: 0, type: 0, at: { x: 0, y: 0 }, name: '' }).subarray(0, 2))).toBe(
      '52 00',
    );
  });

  it('reads what stands there, without the fixed fields', () => {
    expect(sample.decode(unhex('52 a5 00 01 02 03 00 00 43 44 20 00'))).toEqual({
      high: 5,
      open: true,
      type: 1,
      at: { x: 1, y: 0x203 },
      name: 'CD',
    });
  });

  it('writes into a larger buffer and leaves what it does not claim', () => {
    const target = new Uint8Array(8).fill(0xff);
    layout('Nibble', 2, { low: bits(0, 3, 0) }).encodeInto(target, 3, { low: 0 });
    expect(hex(target)).toBe('ff ff ff f0 ff ff ff ff');
  });

  it('says where a value does not fit', () => {
    const blank = layout('BLANK', 12, { blankingType: bits(1, 2, 0) });
    expect(() => blank.encode({ blankingType: 9 })).toThrow(
      'BLANK.blankingType: 9 does not fit in bits 2..0',
    );
    expect(() => sample.encode({ high: 0, type: 0, at: { x: 0, y: 65_536 }, name: '' })).toThrow(
      'Sample.at.y: 65536 is not an integer from 0 to 65535',
    );
    expect(() => sample.encode({ high: 0, type: 0, at: { x: 0, y: 0 }, name: 'CD-R' })).toThrow(LayoutError);
  });

  it('refuses a buffer without room instead of dropping bytes', () => {
    expect(() => {
      point.encodeInto(new Uint8Array(6), 3, { x: 0, y: 0 });
    }).toThrow('Point: needs 4 bytes, there are 3');
    expect(() => point.decode(new Uint8Array(3))).toThrow('Point: needs 4 bytes, there are 3');
  });

  it('refuses bytes whose fixed field holds something else', () => {
    expect(() => sample.decode(new Uint8Array(12))).toThrow('Sample.code: is 0, not 82');
  });

  it('counts the positions of ECMA-119 from one and those of ECMA-167 from zero', () => {
    const ecma119 = layout('BP', 8, { size: bp(1, 8, uint32both) });
    const ecma167 = layout('RBP', 8, { at: rbp(4, 4, uint32be) });
    expect(hex(ecma119.encode({ size: 1 }))).toBe('01 00 00 00 00 00 00 01');
    expect(hex(ecma167.encode({ at: 1 }))).toBe('00 00 00 00 00 00 00 01');
  });

  it('gives back any values it was given', () => {
    const word = fc.integer({ min: 0, max: 65_535 });
    const values = fc.record({
      high: fc.integer({ min: 0, max: 7 }),
      open: fc.boolean(),
      type: fc.integer({ min: 0, max: 3 }),
      at: fc.record({ x: word, y: word }),
      name: fc.constantFrom('', 'A', 'AB', 'ABC'),
    });
    fc.assert(
      fc.property(values, (given) => {
        expect(sample.decode(sample.encode(given))).toEqual(given);
      }),
    );
  });
});

describe('a table that contradicts itself', () => {
  it('does not load when two fields claim a bit', () => {
    expect(() => layout('Twice', 2, { a: bits(0, 7, 3), b: flag(0, 3) })).toThrow(
      'Twice.b: claims bits that another field claims',
    );
  });

  it('does not load when a field runs past the end', () => {
    expect(() => layout('Past', 2, { a: byte(1, uint16be) })).toThrow('Past.a: does not lie within 2 bytes');
  });

  it('does not load when a range of positions has not the size of its codec', () => {
    expect(() => bp(81, 87, uint32both)).toThrow('BP 81 to 87: holds 7 bytes, its codec 8');
    expect(() => rbp(0, 3, uint32be)).toThrow('RBP 0, length 3: holds 3 bytes, its codec 4');
  });
});

describe('reserved', () => {
  it('is what no field claims, in the coordinates of the standard', () => {
    expect(reserved(sample, 0)).toEqual(['1:4-3', '6-7', '11']);
    expect(reserved(sample, 1)).toEqual(['2:4-3', '7-8', '12']);
    expect(reserved(point, 0)).toEqual([]);
  });
});

describe('the types of a layout', () => {
  it('forbid passing a fixed field and leaving out one that is not a flag', () => {
    const check = (): void => {
      // @ts-expect-error a fixed field cannot be passed
      sample.encode({ high: 0, type: 0, at: { x: 0, y: 0 }, name: '', code: 1 });
      // @ts-expect-error only flags may be left out
      point.encode({ x: 0 });
      // @ts-expect-error a fixed field is not read
      expect(sample.decode(bytes(12).decode(new Uint8Array(12))).code).toBe(0x52);
    };
    expect(check).toThrow(LayoutError);
  });
});
