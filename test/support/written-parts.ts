import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Root } from '../../src/image/image.js';
import type { ImageContents } from '../../src/image/image-contents.js';
import { openImageFile } from '../../src/image/image-file.js';
import { writeImageFile } from '../../src/image/image-file-writer.js';
import { ImageReader } from '../../src/image/image-reader.js';

const BLOCK = 2048;

/** Some blocks of a volume, as they are written. */
export interface WrittenPart {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** The parts of an image that makes a volume grow, in the order in which they are written. */
export const writtenParts = (contents: ImageContents, roots: readonly Root[]): WrittenPart[] => {
  const path = join(mkdtempSync(join(tmpdir(), 'parts-')), 'image');
  writeImageFile(path, contents);
  const image = openImageFile(path);
  const reading = new ImageReader(image, roots);
  return image.summary.parts.map(({ start, length }, part) => {
    const bytes = new Uint8Array(length * BLOCK);
    reading.read(part, 0, bytes);
    return { start: Number(start), bytes };
  });
};

/** The volume after so much of that was written. */
export const applied = (volume: Buffer, parts: readonly WrittenPart[]): Buffer => {
  const after = Buffer.from(volume);
  for (const { start, bytes } of parts) after.set(bytes, start * BLOCK);
  return after;
};
