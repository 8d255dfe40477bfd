import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SpindleError } from '../../src/errors.js';
import { createMastering } from '../../src/fleet/create-mastering.js';
import { ImagesUnderway } from '../../src/fleet/images-underway.js';
import { imageRequest } from '../../src/jobs/image-request.js';
import type { Store } from '../../src/jobs/store/store.js';
import { noMedium } from '../support/mastering.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { aDataJob, anImageRequest, DIGEST, openTestStore, silentLog } from '../support/test-store.js';

const advanced = (store: Store): Promise<void> =>
  new Promise((resolve) => {
    store.onEvents((events) => {
      if (events.some(({ kind }) => kind === 'image.advanced')) resolve();
    });
  });

/** An image of one file that is to be mastered, and what mastering is told beside the store. */
const imageToMake = async () => {
  const folder = temporaryFolder();
  const [stateDirectory, source] = [join(folder, 'state'), join(folder, 'source')];
  mkdirSync(join(stateDirectory, 'images'), { recursive: true });
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'content');
  const store = await openTestStore();
  const request = imageRequest.parse({ type: 'data', sources: [{ at: '/', root: 'source', path: '' }] });
  const { id } = await store.createImage(request, 'uid:1000', DIGEST);
  const roots = [{ name: 'source', path: source }];
  return {
    store,
    id,
    options: { stateDirectory, roots, log: silentLog, readBlocks: noMedium, underway: new ImagesUnderway() },
  };
};

it('an image that was being mastered when the daemon was killed is mastered anew, over what was left of it', async () => {
  const { store, id, options } = await imageToMake();
  const { stateDirectory } = options;
  writeFileSync(join(stateDirectory, 'images', `${id}.image`), 'complete, but the spool was not');
  const end = advanced(store);
  const mastering = await createMastering({ store, ...options });
  onTestFinished(() => mastering.stop());
  await end;
  expect(await store.getImage(id)).toMatchObject({ state: 'ready' });
});

it('an image whose end the database could not note is made again, until it can', async () => {
  const { store: real, id, options } = await imageToMake();
  const failing = { left: 2 };
  const unlessFull =
    <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      if (failing.left-- > 0)
        return Promise.reject(new SpindleError('space-exhausted', 'the database or its disk is full'));
      return act(...args);
    };
  const store = {
    ...real,
    imageReady: unlessFull(real.imageReady),
    imageFailed: unlessFull(real.imageFailed),
  };
  onTestFinished((await createMastering({ store, ...options })).stop);
  await expect.poll(async () => (await real.getImage(id))?.state, { timeout: 40_000 }).toBe('ready');
});

it('what a worker that was killed has left of digests goes with the last job that records the image', async () => {
  const stateDirectory = join(temporaryFolder(), 'state');
  mkdirSync(join(stateDirectory, 'images'), { recursive: true });
  const store = await openTestStore();
  const { job } = await store.createJob(aDataJob(), 'uid:1000');
  const { id } = (await store.prepareImage(job, anImageRequest, DIGEST))!;
  await store.imageReady(id, { summary: {}, warnings: [], bytes: 1 });
  const names = ['image', 'image.sha256', 'image.sha256.0123.part'].map((end) => `${id}.${end}`);
  for (const name of names) writeFileSync(join(stateDirectory, 'images', name), '');
  const options = {
    store,
    stateDirectory,
    roots: [],
    log: silentLog,
    readBlocks: noMedium,
    underway: new ImagesUnderway(),
  };
  const left = (): string[] => readdirSync(join(stateDirectory, 'images')).toSorted();
  onTestFinished((await createMastering(options)).stop);
  expect(left()).toEqual(names.toSorted());
  await store.cancelJob(job.id);
  onTestFinished((await createMastering(options)).stop);
  expect(left()).toEqual(names.slice(0, 2).toSorted());
});
