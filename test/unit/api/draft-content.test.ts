import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { draftContent } from '../../../src/api/draft-content.js';
import type { ApiService } from '../../../src/api/service.js';
import { STAGED_ROOT } from '../../../src/image/draft/draft-edit.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A draft whose file `/a` is this body, in the tree; what is on the disk by now is another matter. */
const withBody = (bytes: number, onDisk: string): ApiService => {
  const path = temporaryFolder();
  mkdirSync(join(path, 'draft'));
  writeFileSync(join(path, 'draft', 'body'), onDisk);
  return {
    drafts: {
      contents: () =>
        Promise.resolve({ from: 'source', source: { root: STAGED_ROOT, path: 'draft/body' }, bytes }),
    },
    mastering: { roots: [{ name: STAGED_ROOT, path }] },
    store: { getImage: () => Promise.resolve({ id: 'x' }) },
  } as unknown as ApiService;
};

it('what was sent for a file is told with its length', async () => {
  expect(await draftContent(withBody(4, 'sent'), 'x', { path: '/a' })).toMatchObject({ bytes: 4 });
});

it('a body that was freed since it was looked up is no empty file', async () => {
  const asked = draftContent(withBody(4, ''), 'x', { path: '/a' });
  await expect(asked).rejects.toMatchObject({ code: 'source-changed' });
});
