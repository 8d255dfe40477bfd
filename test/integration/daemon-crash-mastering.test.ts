import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TestDaemon, startDaemon } from '../support/daemon.js';
import { killProcess, until } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

/** Mastering it takes long enough to be killed meanwhile: everything is spooled. */
const fillLargeFolder = (root: string): void => {
  fillFolder(root, 'large', 200);
  mkdirSync(join(root, 'large', 'many'));
  for (let number = 0; number < 3000; number += 1)
    writeFileSync(join(root, 'large', 'many', `${number}`), `${number}`);
};

const beingMastered = async () => {
  const daemon = await startDaemon();
  fillLargeFolder(daemon.source);
  const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
  const burn = { drives: [drive], spool: 'always' };
  const job = await daemon.api.submit(folderJob('large', { verify: 'none' }, burn));
  await until('it was being mastered', () => mastering(daemon) !== undefined);
  return { daemon, api: daemon.api, drive, job };
};

const mastering = (daemon: TestDaemon): number | undefined => daemon.pidsOf('worker/mastering')[0];
const imagesOf = ({ state }: TestDaemon): string[] => readdirSync(join(state, 'images'));

describe('a mastering process that is killed', SLOW, () => {
  it('is replaced by another one, and the disc becomes good', async () => {
    const { daemon, api, job } = await beingMastered();
    await killProcess(mastering(daemon)!);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('fails its job when that happens three times, leaves nothing behind and touches no disc; a retry succeeds', async () => {
    const { daemon, api, drive, job } = await beingMastered();
    for (let last = 0, kills = 0; kills < 3; kills += 1) {
      await until('another one was there', () => ![undefined, last].includes(mastering(daemon)));
      last = mastering(daemon)!;
      await killProcess(last);
    }
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'mastering-failed' } });
    expect(imagesOf(daemon)).toEqual([]);
    expect((await api.drive(drive)).medium?.status).toBe('empty');

    const retry = (await api.post(`/v1/jobs/${job}/actions/retry`)).body as { id: string };
    expect(await api.ended(retry.id)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('delays no job that is recorded meanwhile', async () => {
    const { daemon, api, job } = await beingMastered();
    await killProcess(mastering(daemon)!);
    fillFolder(daemon.source, 'small');
    const other = await api.addDrive({ blank: 'cd-r' });
    const next = await api.submit(folderJob('small', {}, { drives: [other] }));
    expect(await api.ended(next)).toMatchObject({ state: 'completed' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });
});

describe('a job that is canceled while its image is mastered', SLOW, () => {
  it('ends the mastering, leaves nothing behind and can be retried', async () => {
    const { daemon, api, job } = await beingMastered();
    await api.post(`/v1/jobs/${job}/actions/cancel`);
    expect(await api.job(job)).toMatchObject({ state: 'canceled' });
    await until('mastering had ended', () => mastering(daemon) === undefined);
    await until('its files were gone', () => imagesOf(daemon).length === 0);
    expect((await api.get('/v1/images')).body).toMatchObject({ items: [] });

    const retry = (await api.post(`/v1/jobs/${job}/actions/retry`)).body as { id: string };
    expect(await api.ended(retry.id)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});

describe('a daemon that is killed while an image is mastered', SLOW, () => {
  it('has its successor master it again, and the disc becomes good', async () => {
    const { daemon, api, job } = await beingMastered();
    await daemon.kill();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    await until('no mastering process was left', () => mastering(daemon) === undefined);
  });

  it('does so also when half of the image has been made', async () => {
    const { daemon, api, job } = await beingMastered();
    await until('files of the image were there', () =>
      imagesOf(daemon).some((name) => name.includes('spool')),
    );
    await daemon.kill();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('ends the mastering when it is told to stop, and the next daemon begins it again', async () => {
    const { daemon, api, job } = await beingMastered();
    expect(await daemon.stop()).toBe(0);
    expect(mastering(daemon)).toBeUndefined();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});
