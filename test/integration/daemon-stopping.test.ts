import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { homeSocketPath } from '../../src/fleet/virtual-homes.js';
import type { Image } from '../../src/jobs/records.js';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import { useHand } from '../../src/worker/hand.js';
import { startDaemon, type TestDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** Somebody downloads and does not read. */
const stuckDownload = (socketPath: string, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath, path }, (response) => {
      response.on('error', () => undefined);
      resolve();
    });
    sent.on('error', reject);
    sent.end();
  });

const attemptsIn = ({ state }: TestDaemon): unknown => {
  const db = new Sqlite(join(state, 'spindle.db'), { readonly: true });
  const count = db.prepare('select count(*) from attempt').pluck().get();
  db.close();
  return count;
};

const isServing = ({ api }: TestDaemon): Promise<boolean> =>
  api.get('/v1/drives').then(
    () => true,
    () => false,
  );

it(
  'a daemon that stops begins no disc, however long a download keeps it; the next one does',
  { timeout: 180_000 },
  async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    fillFolder(daemon.source, 'folder', 16);
    // What a hand puts into a drive with a process of its own needs no daemon.
    const drive = await api.addDrive({ blank: 'dvd+r', home: 'process' });
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    const sources = [{ at: '/', root: 'source', path: 'folder' }];
    const { id: image } = (await api.post('/v1/images', { type: 'data', sources })).body as Image;
    await api.imageUntil(image, ({ state }) => state === 'ready');
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await api.jobUntil(job, ({ reasons }) => reasons.some(({ code }) => code === 'insert-blank'));
    await stuckDownload(daemon.socket, `/v1/images/${image}/content`);

    const stopped = daemon.stop();
    await expect.poll(() => isServing(daemon), { timeout: patient(20_000) }).toBe(false);
    const folder = join(daemon.state, 'virtual', 'media', medium);
    await useHand(homeSocketPath(daemon.runtime, drive), { kind: 'insert', medium: folder });
    expect(await stopped).toBe(0);
    expect(attemptsIn(daemon)).toBe(0);

    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  },
);
