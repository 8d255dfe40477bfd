import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { refuseUdfGrowth } from '../../src/image/grown-udf.js';
import { changingPlaces, growthWithin } from '../../src/image/grown-within.js';
import { openImageFile } from '../../src/image/image-file.js';
import { writeImageFile } from '../../src/image/image-file-writer.js';
import { ImageReader } from '../../src/image/image-reader.js';
import { readBase } from '../../src/image/import/base.js';
import { roomInUdf } from '../../src/image/import/udf-room.js';
import { master } from '../../src/image/master.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { Patchwork, unitsAround } from '../../src/image/patchwork.js';
import { openRoots } from '../../src/image/roots.js';
import { bytesAsBlocks } from './bytes-as-blocks.js';

const BLOCK = 2048;

/** Some blocks of a volume, as they are written. */
export interface WrittenPart {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** What is written to a volume that fills its medium, in this order, to put a folder into it. */
export const partsWithin = async (
  volume: Buffer,
  folder: string,
  request: TreeRequest,
  unit = 16,
): Promise<WrittenPart[]> => {
  const reader = bytesAsBlocks(volume);
  const room = await roomInUdf(reader);
  if ('hindrance' in room) throw new Error(room.hindrance);
  const base = await readBase(reader, { start: 0, within: true });
  const within = base.udf?.within;
  if (!within) throw new Error('nothing goes into the volume');
  refuseUdfGrowth(base, request);
  const pieces = unitsAround(changingPlaces(within), unit).map(({ first, count }) => ({
    start: first,
    bytes: new Uint8Array(volume.subarray(first * BLOCK, (first + count) * BLOCK)),
  }));
  const roots = [{ name: 'tree', path: folder }];
  const opened = openRoots(roots);
  try {
    const asked = { ...request, startBlock: room.start };
    const { contents } = master(asked, { roots: opened, onEntries: () => undefined, base });
    const path = join(mkdtempSync(join(tmpdir(), 'within-')), 'image');
    writeImageFile(path, growthWithin(contents, { unit, within, places: new Patchwork(pieces) }));
    const image = openImageFile(path);
    const reading = new ImageReader(image, roots);
    return image.summary.parts.map(({ start, length }, part) => {
      const bytes = new Uint8Array(length * BLOCK);
      reading.read(part, 0, bytes);
      return { start: Number(start), bytes };
    });
  } finally {
    opened.close();
  }
};

/** The volume after so much of that was written. */
export const applied = (volume: Buffer, parts: readonly WrittenPart[]): Buffer => {
  const after = Buffer.from(volume);
  for (const { start, bytes } of parts) after.set(bytes, start * BLOCK);
  return after;
};
