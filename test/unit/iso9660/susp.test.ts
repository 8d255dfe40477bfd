import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { continuationArea, inlineLength, placeEntries } from '../../../src/iso9660/susp.js';

const BLOCK = 2048;
const CE = continuationArea.size;

describe('Entries of a system use area', () => {
  it('stay in the record while they fit', () => {
    const placement = placeEntries([44, 12, 10], 66, 100);
    expect(placement).toEqual({ inline: 3, continuations: [], end: 100 });
    expect(inlineLength([44, 12, 10], placement)).toBe(66);
  });

  it('go on in a continuation area, for which a CE is left in the record', () => {
    const placement = placeEntries([44, 12, 200], 180, 0);
    expect(placement).toEqual({
      inline: 2,
      continuations: [{ from: 2, to: 3, offset: 0, length: 200 }],
      end: 200,
    });
    expect(inlineLength([44, 12, 200], placement)).toBe(44 + 12 + CE);
  });

  it('keep order, stay whole, overlap nowhere and cross no block', () => {
    const lengths = fc.array(fc.integer({ min: 4, max: 255 }), { maxLength: 60 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 100, max: 220 }), fc.nat(10_000), (entries, room, position) => {
        const placement = placeEntries(entries, room, position);
        expect(inlineLength(entries, placement)).toBeLessThanOrEqual(room);
        let next = placement.inline;
        let free = position;
        for (const [index, { from, to, offset, length }] of placement.continuations.entries()) {
          const last = index === placement.continuations.length - 1;
          const sum = entries.slice(from, to).reduce((total, one) => total + one, 0);
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          expect(offset).toBeGreaterThanOrEqual(free);
          expect(length).toBe(sum + (last ? 0 : CE));
          expect((offset % BLOCK) + length).toBeLessThanOrEqual(BLOCK);
          next = to;
          free = offset + length;
        }
        expect(next).toBe(entries.length);
        expect(placement.end).toBe(free);
      }),
    );
  });
});
