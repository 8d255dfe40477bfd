import { BLOCK, need } from './rules.js';

/** Bytes of an image, and who has them. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly owner: string;
}

const isSame = (a: Range, b: Range): boolean => a.from === b.from && a.to === b.to && a.owner === b.owner;

/** An image that remembers what was read of it, and as what. */
export class ClaimedImage {
  readonly bytes: Buffer;
  readonly #ranges: Range[] = [];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  claim(from: number, to: number, owner: string): Buffer {
    need(to <= this.bytes.length, `${owner} lies within the image`);
    this.#ranges.push({ from, to, owner });
    return this.bytes.subarray(from, to);
  }

  /** As many bytes from the start of a block. */
  claimAt(block: number, bytes: number, what: string): Buffer {
    return this.claim(block * BLOCK, block * BLOCK + bytes, `${what} at ${block}`);
  }

  /** No two things share a byte, but files that are the same. */
  checkOverlaps(): void {
    const ranges = [...this.#ranges].sort((a, b) => a.from - b.from || b.to - a.to);
    let before: Range = { from: 0, to: 0, owner: '' };
    for (const range of ranges) {
      need(
        isSame(range, before) || range.from >= before.to,
        `${range.owner} and ${before.owner} share bytes at ${range.from}`,
      );
      before = range;
    }
  }
}
