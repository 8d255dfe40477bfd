import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createMastering } from '../../src/fleet/create-mastering.js';
import { imageRequest } from '../../src/jobs/request.js';
import type { Store } from '../../src/jobs/store/store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { DIGEST, openTestStore, silentLog } from '../support/test-store.js';

const advanced = (store: Store): Promise<void> =>
  new Promise((resolve) => {
    store.onEvents((events) => {
      if (events.some(({ kind }) => kind === 'image.advanced')) resolve();
    });
  });

it('an image that was being mastered when the daemon was killed is mastered anew, over what was left of it', async () => {
  const folder = temporaryFolder();
  const [stateDirectory, source] = [join(folder, 'state'), join(folder, 'source')];
  mkdirSync(join(stateDirectory, 'images'), { recursive: true });
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'content');
  const store = await openTestStore();
  const request = imageRequest.parse({ type: 'data', sources: [{ at: '/', root: 'source', path: '' }] });
  const { id } = await store.createImage(request, 'uid:1000', DIGEST);
  writeFileSync(join(stateDirectory, 'images', `${id}.image`), 'complete, but the spool was not');
  const end = advanced(store);
  const roots = [{ name: 'source', path: source }];
  const mastering = await createMastering({ store, stateDirectory, roots, log: silentLog });
  onTestFinished(() => mastering.stop());
  await end;
  expect(await store.getImage(id)).toMatchObject({ state: 'ready' });
});
