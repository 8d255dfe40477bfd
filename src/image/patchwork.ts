import { BLOCK } from '../iso9660/block.js';

/** Blocks that lie side by side. */
export interface Stretch {
  readonly start: number;
  readonly blocks: number;
}

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

const endOf = ({ start, blocks }: Stretch): number => start + blocks;

const wholeUnits = (stretch: Stretch, unit: number): Stretch => {
  const start = Math.floor(stretch.start / unit) * unit;
  return { start, blocks: Math.ceil((endOf(stretch) - start) / unit) * unit };
};

/** Whole units around some stretches; what touches is one. */
export const unitsAround = (stretches: readonly Stretch[], unit: number): Stretch[] => {
  const whole = stretches.map((stretch) => wholeUnits(stretch, unit)).sort((a, b) => a.start - b.start);
  const joined: Stretch[] = [];
  for (const stretch of whole) {
    const last = joined.at(-1);
    if (!last || endOf(last) < stretch.start) joined.push(stretch);
    else
      joined.splice(-1, 1, {
        start: last.start,
        blocks: Math.max(endOf(last), endOf(stretch)) - last.start,
      });
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
  bytes({ start, blocks }: Stretch): Uint8Array {
    const piece = this.#pieces.find(
      ({ start: first, bytes }) => first <= start && start + blocks <= first + bytes.length / BLOCK,
    );
    if (!piece) throw new RangeError(`blocks from ${start} on were not read`);
    const from = (start - piece.start) * BLOCK;
    return piece.bytes.subarray(from, from + blocks * BLOCK);
  }

  /** Whole units around a stretch, as they are by now. */
  around(stretch: Stretch, unit: number): Piece {
    const whole = wholeUnits(stretch, unit);
    return { start: whole.start, bytes: this.bytes(whole).slice() };
  }
}
