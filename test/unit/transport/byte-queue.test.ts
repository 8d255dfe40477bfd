import fc from 'fast-check';
import { expect, it } from 'vitest';

import { ByteQueue } from '../../../src/transport/byte-queue.js';

it('gives the bytes that came, however they were cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.array(fc.nat(30)), (pieces, lengths) => {
      const queue = new ByteQueue();
      for (const piece of pieces) queue.push(piece);
      const all = pieces.flatMap((piece) => [...piece]);
      const taken: number[] = [];
      for (const length of lengths) {
        const target = new Uint8Array(length);
        const moved = queue.moveInto(target);
        expect(moved).toBe(Math.min(length, all.length - taken.length));
        taken.push(...target.subarray(0, moved));
      }
      expect(taken).toEqual(all.slice(0, taken.length));
      expect(queue.length).toBe(all.length - taken.length);
    }),
  );
});
