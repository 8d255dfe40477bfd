import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../src/jobs/records.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder'));

const READ_10 = 0x28;

const anImage = async (): Promise<string> => {
  const { type, sources } = folderJob('folder') as { type: string; sources: unknown };
  const { id } = (await api.post('/v1/images', { type, sources })).body as Image;
  const job = await api.submit({
    type: 'image',
    image: id,
    drives: [await api.addDrive({ blank: 'dvd+rw' })],
  });
  expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  return id;
};

describe('the trouble of one', () => {
  it('image that was damaged does not keep other jobs from the drive, and is said', async () => {
    const image = await anImage();
    const folder = join(daemon.state, 'images');
    truncateSync(
      join(
        folder,
        readdirSync(folder).find((name) => name === `${image}.image`)!,
      ),
      100,
    );
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const damaged = await api.submit({ type: 'image', image, priority: 90, drives: [drive] });
    const sound = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    expect(await api.ended(sound)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const { reasons } = await api.job(damaged);
    expect(reasons).not.toEqual([]);
    await api.post(`/v1/jobs/${damaged}/actions/cancel`);
  });

  it('virtual drive whose folder is gone keeps neither the daemon nor the other drives from their work', async () => {
    const [gone, other] = [await api.addDrive(), await api.addDrive({ blank: 'dvd+r' })];
    await daemon.stop();
    rmSync(join(daemon.state, 'virtual', 'drives', gone), { recursive: true });
    await daemon.start();
    const job = await api.submit(folderJob('folder', {}, { drives: [other] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });
});

describe('a drive that hangs while an image is made of what is on its medium', () => {
  it('keeps no other image from being made', async () => {
    const burn = { onNonBlank: 'append', close: 'session' };
    const [hung, other] = [await api.addDrive({ blank: 'dvd+r' }), await api.addDrive({ blank: 'dvd+r' })];
    await api.ended(await api.submit(folderJob('folder', burn, { drives: [hung] })));
    await api.faults(hung, [{ when: { opcode: READ_10 }, do: { action: 'hang' } }]);
    const waiting = await api.submit(folderJob('folder', burn, { drives: [hung] }));
    const { image = '' } = await api.jobUntil(waiting, (job) => job.image !== undefined);
    const going = await api.submit(folderJob('folder', {}, { drives: [other] }));
    expect(await api.ended(going)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await api.get(`/v1/images/${image}`)).body).toMatchObject({ state: 'mastering' });
    await api.post(`/v1/jobs/${waiting}/actions/cancel`);
    expect(await api.ended(waiting)).toMatchObject({ state: 'canceled' });
  });
});

describe('a virtual drive that is removed', () => {
  it('is gone, and so is its worker', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const [worker] = daemon.workersOf(drive);
    expect(worker).toBeDefined();
    expect((await api.delete(`/v1/virtual-drives/${drive}`)).status).toBe(204);
    expect(await api.refused('GET', `/v1/drives/${drive}`)).toMatchObject({ code: 'drive-unknown' });
    await expect.poll(() => daemon.workersOf(drive), { timeout: 20_000 }).toEqual([]);
  });
});
