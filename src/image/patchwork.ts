import type { Stretch } from '../binary/bit-set.js';
import { BLOCK } from '../iso9660/block.js';

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

const endOf = ({ first, count }: Stretch): number => first + count;

const wholeUnits = (stretch: Stretch, unit: number): Stretch => {
  const first = Math.floor(stretch.first / unit) * unit;
  return { first, count: Math.ceil((endOf(stretch) - first) / unit) * unit };
};

/** Whole units around some stretches; what touches is one. */
export const unitsAround = (stretches: readonly Stretch[], unit: number): Stretch[] => {
  const whole = stretches.map((stretch) => wholeUnits(stretch, unit)).sort((a, b) => a.first - b.first);
  const joined: Stretch[] = [];
  for (const stretch of whole) {
    const last = joined.at(-1);
    if (!last || endOf(last) < stretch.first) joined.push(stretch);
    else {
      const count = Math.max(endOf(last), endOf(stretch)) - last.first;
      joined.splice(-1, 1, { first: last.first, count });
    }
  }
  return joined;
};

/** Some blocks of a medium, as they are and as they change. */
export class Patchwork {
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** The bytes of a stretch that lies within one piece; who alters them alters what is there. */
  bytes({ first, count }: Stretch): Uint8Array {
    const piece = this.#pieces.find(
      ({ start, bytes }) => start <= first && first + count <= start + bytes.length / BLOCK,
    );
    if (!piece) throw new RangeError(`blocks from ${first} on were not read`);
    const from = (first - piece.start) * BLOCK;
    return piece.bytes.subarray(from, from + count * BLOCK);
  }

  /** Whole units around a stretch, as they are by now. */
  around(stretch: Stretch, unit: number): Piece {
    const whole = wholeUnits(stretch, unit);
    return { start: whole.first, bytes: this.bytes(whole).slice() };
  }
}
