/** What a draft is refused for at an edit is never less than what its image would have. */
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DraftTree } from '../../../src/image/draft/draft-tree.js';
import { leastBlocks } from '../../../src/image/draft/least-blocks.js';
import { scanOptionsOf } from '../../../src/image/master.js';
import { treeRequest, type TreeRequest } from '../../../src/image/master-request.js';
import { openRoots } from '../../../src/image/roots.js';
import { udfOptions } from '../../../src/image/udf-options.js';
import { aTreeRequest, masterFolder, scratchFolder } from '../../support/mastering.js';

const scratch = scratchFolder('least-blocks');
const folder = scratch.path;
afterAll(scratch.remove);

beforeAll(() => {
  for (let directory = 0; directory < 12; directory++) {
    const path = `${folder}/${'d'.repeat(directory * 20)}${directory}`;
    mkdirSync(path);
    for (let file = 0; file < 40; file++)
      writeFileSync(`${path}/${'ö'.repeat(file * 3)}${file}`, 'x'.repeat(file * 60));
  }
});

const udf = (revision: string): TreeRequest['udf'] => treeRequest.shape.udf.parse({ revision });

const least = (request: TreeRequest, path = folder): number => {
  const roots = openRoots([{ name: 'tree', path }]);
  const draft = new DraftTree(scanOptionsOf(request, { roots, onEntries: () => undefined }));
  draft.apply({ do: 'add', at: '/', root: 'tree', path: '', include: [], exclude: [] });
  return leastBlocks(draft.tree, request, udfOptions(request));
};

describe('Blocks that are certain before an image is made', () => {
  it.each<[string, Partial<TreeRequest>]>([
    ['all of ISO 9660', { enhanced: true, joliet: 'long' }],
    ['no names of POSIX', { rockRidge: false }],
    ['UDF alone', { iso9660: false, udf: udf('2.01') }],
    ['UDF by its metadata alone', { iso9660: false, udf: udf('2.50') }],
    ['UDF beside ISO 9660', { udf: udf('1.02') }],
    ['names of ASCII alone', { joliet: 'long', asciiNames: true, udf: udf('2.01') }],
  ])('are no more than it has, and most of what is small: %s', (_what, differences) => {
    const request = aTreeRequest(differences);
    const { bytes } = masterFolder(folder, request).contents.summary;
    const small = 12 * 39;
    expect(least(request)).toBeLessThanOrEqual(bytes / 2048);
    expect(least(request)).toBeGreaterThanOrEqual(small);
  });

  it('are no more than it has where names lose half of their units to ASCII', () => {
    const many = `${folder}-names`;
    mkdirSync(many);
    writeFileSync(`${many}/file`, '');
    // Enough of them to weigh more than all that is not counted of a volume.
    for (let name = 0; name < 24_000; name++) linkSync(`${many}/file`, `${many}/${'🎶'.repeat(60)}${name}`);
    const request = aTreeRequest({ iso9660: false, asciiNames: true, udf: udf('2.01') });
    const { bytes } = masterFolder(many, request).contents.summary;
    expect(least(request, many)).toBeLessThanOrEqual(bytes / 2048);
    rmSync(many, { recursive: true });
  });
});
