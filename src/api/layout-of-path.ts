import { setImmediate } from 'node:timers/promises';

import type { ImageFile, LayoutRow } from '../image/image-file.js';

/** Rows that are looked at before somebody else has a turn: in a million of them this takes seconds. */
const ROWS_AT_ONCE = 500;

/**
 * The rows of a file by its path on the disc, of one with several names the first; none where it has no contents in this part, or where
 * nobody wants them any more.
 */
export const layoutOfPath = async (
  image: ImageFile,
  { part, path, isGone }: { readonly part: number; readonly path: string; readonly isGone: () => boolean },
): Promise<LayoutRow[]> => {
  const found: LayoutRow[] = [];
  for (let offset = 0; offset < image.extentCount(part) && !isGone(); offset += ROWS_AT_ONCE) {
    for (const row of image.layout(part, { offset, limit: ROWS_AT_ONCE }))
      if (row.path === path) found.push(row);
      // Pieces of one file lie one behind the other.
      else if (found.length > 0) return found;
    await setImmediate();
  }
  return found;
};
