import { readSession } from '../../src/worker/read-session.js';
import { refuseUdfGrowth } from '../../src/image/grown-udf.js';
import { master } from '../../src/image/master.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { openRoots } from '../../src/image/roots.js';
import { bytesAsBlocks } from './bytes-as-blocks.js';
import { writtenParts, type WrittenPart } from './written-parts.js';

/** What is written to an overwritable medium, in this order, to have its volume grow by a folder from block `start` on. */
export const partsBehind = async (
  medium: Buffer,
  folder: string,
  { request, start, unit }: { readonly request: TreeRequest; readonly start: number; readonly unit: number },
): Promise<WrittenPart[]> => {
  const session = { start: 0, end: start, fileSystem: 'auto', recording: 'any', unit } as const;
  const { base, grow } = await readSession(bytesAsBlocks(medium), session);
  if (!grow) throw new Error('nothing grows there');
  refuseUdfGrowth(base, request);
  const roots = [{ name: 'tree', path: folder }];
  const opened = openRoots(roots);
  try {
    const options = { roots: opened, onEntries: () => undefined, base };
    return writtenParts(grow(master({ ...request, startBlock: start }, options).contents), roots);
  } finally {
    opened.close();
  }
};
