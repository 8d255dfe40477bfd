import { closeSync } from 'node:fs';

import { LayoutError } from '../binary/codec.js';
import { SpindleError } from '../errors.js';
import { BLOCK } from '../iso9660/block.js';
import { primaryVolumeDescriptor, SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { openBeneath } from '../os/openat2.js';
import { fileKind, fstatInto, STAT, statRow } from '../os/stat.js';
import { DATA_UNIT, type Source } from './image.js';
import type { ImageContents } from './image-contents.js';
import type { OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';

interface Named {
  readonly root: string;
  readonly path: string;
}

const measure = ({ root, path }: Named, roots: OpenRoots): Source => {
  const fd = openBeneath(roots.descriptor(root), path);
  try {
    const row = statRow();
    fstatInto(fd, row);
    const word = (at: number): bigint => row[at] ?? 0n;
    const kind = fileKind(word(STAT.mode));
    if (kind !== 'file')
      throw new SpindleError(
        'image-invalid',
        `${root}:${path} is a ${kind ?? 'file of unknown kind'}, not an image.`,
      );
    return {
      root,
      path,
      device: word(STAT.device),
      inode: word(STAT.inode),
      size: Number(word(STAT.size)),
      mtimeNs: word(STAT.mtimeNs),
      ctimeNs: word(STAT.ctimeNs),
    };
  } finally {
    closeSync(fd);
  }
};

/** The volume identifier of the primary volume descriptor; empty where the image has none that can be read. */
const readVolumeIdentifier = (source: Source, roots: OpenRoots): string => {
  if (source.size < (SYSTEM_AREA_BLOCKS + 1) * BLOCK) return '';
  const reader = new SourceReader(roots);
  const block = new Uint8Array(BLOCK);
  try {
    reader.open(source);
    reader.read(block, SYSTEM_AREA_BLOCKS * BLOCK);
    reader.finish();
    return primaryVolumeDescriptor.decode(block).volumeIdentifier;
  } catch (error) {
    if (error instanceof LayoutError) return '';
    throw error;
  } finally {
    reader.close();
  }
};

/** An image that exists as a file: one part, all of it from one source. */
export const imageOfFile = (named: Named, roots: OpenRoots, requestDigest: string): ImageContents => {
  const source = measure(named, roots);
  if (source.size === 0 || source.size % BLOCK !== 0)
    throw new SpindleError(
      'image-invalid',
      `${named.root}:${named.path} has ${source.size} bytes, which is no positive multiple of ${BLOCK}.`,
    );
  const part = { session: 1, track: 1, unit: DATA_UNIT, start: 0, length: source.size / BLOCK };
  const extent = { kind: 'source', address: 0, length: source.size, source: 0, offset: 0 } as const;
  return {
    summary: {
      parts: [part],
      bytes: source.size,
      volumeIdentifier: readVolumeIdentifier(source, roots),
      files: 0,
      directories: 0,
      smallFiles: 0,
      requestDigest,
    },
    extents: [{ count: 1, items: [extent] }],
    sources: { count: 1, items: [{ source, place: `/${named.path}` }] },
    nameChanges: { count: 0, items: [] },
    metadata: { bytes: 0, runs: [] },
  };
};
