/** What users attached to the sources themselves, and to what comes from two of them. */
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { copySource } from '../../../src/image/draft/copied-source.js';
import { DraftTree } from '../../../src/image/draft/draft-tree.js';
import { scanOptionsOf } from '../../../src/image/master.js';
import { openRoots } from '../../../src/image/roots.js';
import { hasTool } from '../../support/has-tool.js';
import { fileIn, folderWith, udfOnly, volumeOf } from '../../support/udf-volumes.js';
import { attach } from '../../support/user-attributes.js';

const withAttributes = (sources: readonly { at: string; path: string }[]) =>
  udfOnly(
    { revision: '2.01', extendedAttributes: true },
    { sources: sources.map((source) => ({ root: 'tree', ...source })) },
  );

/** The streams of one entry of the volume that is made of such sources. */
const streamsOf = async (folder: string, sources: { at: string; path: string }[], path: string) => {
  const { files } = await volumeOf(folder, withAttributes(sources));
  return fileIn(files, path).streams.map((stream) => `${stream.path}=${stream.content.toString()}`);
};

describe.skipIf(!hasTool('python3'))('what users attached to a source', () => {
  it('is recorded where the source is one file', async () => {
    const folder = folderWith({ 'in/song': 'la' });
    attach(`${folder}/in/song`, { note: 'of a file' });
    expect(await streamsOf(folder, [{ at: '/here/it', path: 'in/song' }], '/here/it')).toEqual([
      '/here/it:note=of a file',
    ]);
  });

  it('is recorded where the source is a folder, or a root', async () => {
    const folder = folderWith({ 'in/song': 'la' });
    attach(`${folder}/in`, { note: 'of a folder' });
    attach(folder, { note: 'of a root' });
    expect(await streamsOf(folder, [{ at: '/here', path: 'in' }], '/here')).toEqual([
      '/here:note=of a folder',
    ]);
    expect(await streamsOf(folder, [{ at: '/', path: '' }], '')).toEqual([':note=of a root']);
  });

  it('is recorded once where two sources are merged; of two values the first one', async () => {
    const once = folderWith({});
    mkdirSync(`${once}/sub`);
    attach(`${once}/sub`, { note: 'n' });
    const same = { at: '/', path: '' };
    expect(await streamsOf(once, [same, same], '/sub')).toEqual(['/sub:note=n']);
    const two = folderWith({ 'a/sub/x': '', 'b/sub/y': '' });
    attach(`${two}/a/sub`, { note: 'a' });
    attach(`${two}/b/sub`, { note: 'b', more: 'm' });
    const merged = [
      { at: '/', path: 'a' },
      { at: '/', path: 'b' },
    ];
    expect((await streamsOf(two, merged, '/sub')).sort()).toEqual(['/sub:more=m', '/sub:note=a']);
  });

  it('is kept of a file that is copied', () => {
    const folder = folderWith({ 'in/song': 'la' });
    attach(`${folder}/in/song`, { note: 'of a file' });
    const roots = openRoots([{ name: 'tree', path: folder }]);
    const options = scanOptionsOf(withAttributes([]), { roots, onEntries: () => undefined });
    const draft = new DraftTree(options);
    draft.apply({ do: 'add', at: '/copy', root: 'tree', path: 'in/song', include: [], exclude: [] });
    const copying = { tree: draft.tree, top: draft.entryAt('/copy'), roots, onSome: () => undefined };
    const [target, promises] = [`${folderWith({})}/body`, `${folderWith({})}/promises`];
    copySource({ ...copying, target, promises });
    expect(readFileSync(`${target}/said`, 'utf8')).toContain(btoa('of a file'));
  });
});
