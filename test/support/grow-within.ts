import { refuseUdfGrowth } from '../../src/image/grown-udf.js';
import { changingPlaces, growthWithin } from '../../src/image/grown-within.js';
import { readBase } from '../../src/image/import/base.js';
import { roomInUdf } from '../../src/image/import/udf-room.js';
import { master } from '../../src/image/master.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { Patchwork, unitsAround } from '../../src/image/patchwork.js';
import { openRoots } from '../../src/image/roots.js';
import { bytesAsBlocks } from './bytes-as-blocks.js';
import { writtenParts, type WrittenPart } from './written-parts.js';

const BLOCK = 2048;

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
    return writtenParts(growthWithin(contents, { unit, within, places: new Patchwork(pieces) }), roots);
  } finally {
    opened.close();
  }
};
