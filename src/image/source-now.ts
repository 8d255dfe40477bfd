import type { SpindleError } from '../errors.js';
import { closeRead } from '../os/close-read.js';
import { openBeneath } from '../os/openat2.js';
import { fileKind, fstatInto, STAT, statRow } from '../os/stat.js';
import type { Source } from './image.js';
import type { OpenRoots } from './roots.js';

/** Where a source lies. */
export type SourcePlace = Pick<Source, 'root' | 'path'>;

/**
 * A source as it is now.
 * @throws what `refuse` makes of anything but a regular file, and what `openBeneath` throws.
 */
export const sourceNow = (
  roots: OpenRoots,
  { root, path }: SourcePlace,
  refuse: (kind: string) => SpindleError,
): Source => {
  const row = statRow();
  const fd = openBeneath(roots.descriptor(root), path);
  try {
    fstatInto(fd, row);
  } finally {
    closeRead(fd);
  }
  const word = (index: number): bigint => row[index] ?? 0n;
  const kind = fileKind(word(STAT.mode));
  if (kind !== 'file') throw refuse(kind ?? 'file of unknown kind');
  return {
    root,
    path,
    device: word(STAT.device),
    inode: word(STAT.inode),
    size: Number(word(STAT.size)),
    mtimeNs: word(STAT.mtimeNs),
    ctimeNs: word(STAT.ctimeNs),
  };
};
