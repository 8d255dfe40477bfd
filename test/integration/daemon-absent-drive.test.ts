import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { virtualDriveFolder } from '../../src/fleet/virtual-drives.js';
import { type DaemonOptions, startDaemon } from '../support/daemon.js';
import { killProcess, until } from '../support/processes.js';
import { ENDLESS_WRITES, fillFolder, folderJob, slowWrites } from '../support/sources.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

/** A drive that is recording, and is not there any more when the next daemon starts. */
const recording = async (fault: object, workers: DaemonOptions['workers'] = {}) => {
  const daemon = await startDaemon({ workers });
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const drive = await api.addDrive({ blank: 'dvd+r' });
  await api.faults(drive, [fault]);
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  await api.working(drive, 'write');
  const worker = daemon.workerOf(drive);
  await daemon.kill();
  const folder = virtualDriveFolder(daemon.state, drive);
  const takeAway = (): void => {
    renameSync(folder, join(dirname(dirname(folder)), 'taken-away'));
  };
  return { daemon, api, drive, job, worker, takeAway };
};

const workerIsGone = (daemon: { workersOf(drive: string): number[] }, drive: string): Promise<void> =>
  until('the worker had left', () => daemon.workersOf(drive).length === 0);

describe('a drive that is not there any more when the next daemon starts', SLOW, () => {
  it('has its disc counted that was finished and proven while no daemon was there', async () => {
    const { daemon, api, drive, job, takeAway } = await recording(slowWrites(500), { idleExitMs: 300 });
    await workerIsGone(daemon, drive);
    takeAway();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await api.copies(job))[0]!.tries).toMatchObject([{ state: 'good' }]);
  });

  it('leaves no job that runs for ever: it failed, and job and drive can be removed', async () => {
    const { daemon, api, drive, job, worker, takeAway } = await recording(ENDLESS_WRITES);
    await killProcess(worker);
    takeAway();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({
      state: 'failed',
      problem: { code: 'attempt-interrupted' },
    });
    expect((await api.copies(job))[0]!.tries).toMatchObject([{ state: 'interrupted', touched: true }]);
    await api.delete(`/v1/jobs/${job}`);
    await api.delete(`/v1/virtual-drives/${drive}`);
    expect(await api.drives()).toEqual([]);
  });

  it('is followed while its worker goes on, which can be told to stop', async () => {
    const { daemon, api, drive, job, takeAway } = await recording(ENDLESS_WRITES);
    takeAway();
    await daemon.start();
    expect(await api.job(job)).toMatchObject({ state: 'running' });
    await api.post(`/v1/jobs/${job}/actions/cancel`, { force: true });
    expect(await api.ended(job)).toMatchObject({ state: 'canceled' });
    await workerIsGone(daemon, drive);
    expect(await api.drive(drive)).toMatchObject({ holding: 'absent' });
  });

  it('has no other worker than that which lives, when it is back before that is done', async () => {
    const { daemon, api, drive, job, worker, takeAway } = await recording(ENDLESS_WRITES);
    const folder = virtualDriveFolder(daemon.state, drive);
    takeAway();
    await daemon.start();
    renameSync(join(dirname(dirname(folder)), 'taken-away'), folder);
    await api.addDrive(); // has drives looked for
    expect(daemon.workersOf(drive)).toEqual([worker]);
    await api.working(drive, 'write');
    await api.post(`/v1/jobs/${job}/actions/cancel`, { force: true });
    expect(await api.ended(job)).toMatchObject({ state: 'canceled' });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
  });
});
