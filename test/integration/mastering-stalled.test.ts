import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createMastering } from '../../src/fleet/create-mastering.js';
import { ImagesUnderway } from '../../src/fleet/images-underway.js';
import { imageRequest } from '../../src/jobs/image-request.js';
import { hasCompiler } from '../support/compiled.js';
import { stallingReads } from '../support/stalling-reads.js';
import { noMedium } from '../support/mastering.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { DIGEST, openTestStore, silentLog } from '../support/test-store.js';

it.skipIf(!hasCompiler())(
  'an image whose source does not answer fails after a while, and the next one is mastered [gcc]',
  async () => {
    const folder = temporaryFolder();
    for (const name of ['dead', 'alive']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'file'), 'content');
    }
    const environment = stallingReads(join(folder, 'dead', 'file'), folder);
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());

    const store = await openTestStore();
    const idOf = async (root: string): Promise<string> => {
      const sources = [{ at: '/', root, path: '' }];
      const request = imageRequest.parse({ type: 'data', sources, spool: 'always' });
      return (await store.createImage(request, 'uid:1000', DIGEST)).id;
    };
    // The newest is mastered first.
    const [alive, dead] = [await idOf('alive'), await idOf('dead')];
    const roots = ['dead', 'alive'].map((name) => ({ name, path: join(folder, name) }));
    const options = {
      store,
      stateDirectory: folder,
      roots,
      log: silentLog,
      readBlocks: noMedium,
      underway: new ImagesUnderway(),
      // On a loaded machine a process takes seconds before it has found its first entry.
      stallMs: 10_000,
    };
    const left = new Set([dead, alive]);
    const ended = new Promise<void>((resolve) => {
      store.onEvents((events) => {
        for (const { kind, data } of events) if (kind === 'image.advanced') left.delete(data.id);
        if (left.size === 0) resolve();
      });
    });
    const mastering = await createMastering(options);
    onTestFinished(() => mastering.stop());
    await ended;

    expect(await store.getImage(dead)).toMatchObject({
      state: 'failed',
      problem: { code: 'source-stalled' },
    });
    expect(await store.getImage(alive)).toMatchObject({ state: 'ready' });
    expect(readdirSync(join(folder, 'images')).filter((file) => file.startsWith(dead))).toEqual([]);
  },
);
