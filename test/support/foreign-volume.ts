import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

import { cached } from '../../src/image/import/block-reader.js';
import { fileBlocks } from '../../src/image/import/file-blocks.js';
import type { Finding } from '../../src/image/import/findings.js';
import { readIsoDescriptors } from '../../src/image/import/iso-descriptors.js';
import type { IsoEntry, IsoView } from '../../src/image/import/iso-entry.js';
import { isoEntries } from '../../src/image/import/iso-tree.js';
import { pathBytes } from '../../src/os/path-bytes.js';
import type { Entry } from './trees.js';

const latin1 = (path: string): string => Buffer.from(pathBytes(path)).toString('latin1');

const contentOf = (fd: number, { runs, kind, target }: IsoEntry): string => {
  if (kind === 'link') return latin1(target ?? '');
  if (kind !== 'file') return '';
  const hash = createHash('sha256');
  for (const { block, bytes } of runs) {
    const content = Buffer.alloc(bytes);
    readSync(fd, content, 0, bytes, block * 2048);
    hash.update(content);
  }
  return hash.digest('hex');
};

const entryAt = (path: string, entry: IsoEntry, fd: number): Entry => {
  const { kind, rockRidge, recordedNs } = entry;
  return {
    path: latin1(path),
    kind: kind === 'directory' || kind === 'link' ? kind : 'file',
    mode: (rockRidge.mode ?? 0) & 0o7777,
    mtime: Number((rockRidge.modifiedNs ?? recordedNs ?? 0n) / 1_000_000_000n),
    content: contentOf(fd, entry),
  };
};

const read = async (fd: number, view: IsoView): Promise<{ entries: Entry[]; findings: Finding[] }> => {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  const reader = cached(fileBlocks(fd));
  const descriptors = await readIsoDescriptors(reader, 0, report);
  const descriptor = view === 'joliet' ? descriptors?.joliet : descriptors?.primary;
  if (!descriptor) throw new Error(`there is no ${view}`);
  const entries: Entry[] = [];
  const paths = new Map([[0, '']]);
  for await (const entry of isoEntries(reader, { descriptor, view, report })) {
    const path = [paths.get(entry.parent), entry.name].filter(Boolean).join('/');
    paths.set(entry.id, path);
    if (entry.id !== 0) entries.push(entryAt(path, entry, fd));
  }
  return { entries, findings };
};

/** What our importer finds in an image file, as `entriesOf` tells of a directory; and what it objects to. */
export const importedEntries = async (
  image: string,
  view: IsoView,
): Promise<{ entries: Entry[]; findings: Finding[] }> => {
  const fd = openSync(image, 'r');
  try {
    return await read(fd, view);
  } finally {
    closeSync(fd);
  }
};
