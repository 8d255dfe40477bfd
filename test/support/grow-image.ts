import { closeSync, openSync } from 'node:fs';

import { prepareGrowth, writeGrowth } from '../../src/image/grow.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { openRoots } from '../../src/image/roots.js';

/** Has the volume of an image file grow by what lies in a folder. */
export const growImage = async (image: string, folder: string, request: TreeRequest): Promise<void> => {
  const fd = openSync(image, 'r+');
  const roots = openRoots([{ name: 'tree', path: folder }]);
  try {
    const growth = await prepareGrowth(fd, request, { roots, onEntries: () => undefined });
    await writeGrowth(fd, growth, {
      roots,
      signal: new AbortController().signal,
      onBytes: () => undefined,
    });
  } finally {
    roots.close();
    closeSync(fd);
  }
};
