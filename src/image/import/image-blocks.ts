import { SpindleError } from '../../errors.js';
import { BLOCK } from '../../iso9660/block.js';
import type { Part } from '../image.js';
import type { ImageFile } from '../image-file.js';
import type { ImageReader } from '../image-reader.js';
import type { BlockReader } from './block-reader.js';

interface PlacedPart {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** An image that may lie anywhere names no blocks, or those from 0 on. */
const placed = ({ start, length, unit }: Part, index: number): PlacedPart => {
  if (unit.mainBytes !== BLOCK)
    throw new SpindleError('track-not-data', `Part ${index} has units of ${unit.mainBytes} bytes.`);
  const first = start === 'next-writable' ? 0 : start;
  return { index, start: first, end: first + length };
};

/** First block of the session that an image is: of a volume that grows the one that is overwritten. */
export const firstBlockOf = ({ summary }: ImageFile): number =>
  Math.min(...summary.parts.map((part, index) => placed(part, index).start));

/** The blocks of an image as they will lie on its medium. What is there before them is not known here: it reads as zeros. */
export const imageBlocks = (image: ImageFile, reader: ImageReader): BlockReader => {
  const parts = image.summary.parts.map(placed);
  const read = (first: number, count: number): Uint8Array => {
    const bytes = new Uint8Array(count * BLOCK);
    for (const { index, start, end } of parts) {
      const [from, to] = [Math.max(first, start), Math.min(first + count, end)];
      if (from >= to) continue;
      const target = bytes.subarray((from - first) * BLOCK, (to - first) * BLOCK);
      reader.read(index, (from - start) * BLOCK, target);
    }
    return bytes;
  };
  return {
    blocks: Math.max(0, ...parts.map(({ end }) => end)),
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown is to reject
    read: async (first, count) => read(first, count),
  };
};
