import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedPieces, runsWithin } from '../../../src/api/recorded-content.js';
import type { Fleet } from '../../../src/fleet/fleet.js';

const BLOCKS = 600;
const BLOCK = 2048;
const medium = Buffer.from(
  Array.from({ length: BLOCKS * BLOCK }, (_, index) => (index * 31 + (index >> 11)) % 251),
);

const fleet = {
  states: () => [],
  readBlocks: ({ first, count }: { first: number; count: number }) => {
    if (first + count > BLOCKS) throw new Error('blocks that are not there');
    return Promise.resolve(medium.toString('base64', first * BLOCK, (first + count) * BLOCK));
  },
} as unknown as Fleet;

const run = fc.record({
  block: fc.nat(BLOCKS - 200),
  bytes: fc.integer({ min: 0, max: 200 * BLOCK }),
  isHole: fc.boolean(),
});

const holds = ({ block, bytes, isHole }: { block: number; bytes: number; isHole: boolean }): Buffer =>
  isHole ? Buffer.alloc(bytes) : medium.subarray(block * BLOCK, block * BLOCK + bytes);

describe('what lies on a medium in several runs', () => {
  it('gives of any range the bytes that are in it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(run, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.nat(),
        async (made, one, other) => {
          const whole = Buffer.concat(made.map(holds));
          fc.pre(whole.length > 0);
          const [first = 0, last = 0] = [one % whole.length, other % whole.length].sort((a, b) => a - b);
          const runs = made.map(({ isHole, ...rest }) => ({
            ...rest,
            ...(isHole && { hole: true as const }),
          }));
          const pieces: Uint8Array[] = [];
          const disc = { drive: 'd', recording: 'r' };
          for await (const piece of recordedPieces(fleet, disc, runsWithin(runs, { first, last })))
            pieces.push(piece);
          expect(Buffer.concat(pieces).equals(whole.subarray(first, last + 1))).toBe(true);
        },
      ),
    ));
});
