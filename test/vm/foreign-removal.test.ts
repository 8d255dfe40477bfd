import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { ForeignDesk, SERVICE } from './foreign-desk.js';
import { mountRefusal } from './holder.js';
import { KernelDrive } from './kernel-drive.js';

const desk = new ForeignDesk();
const { api, source } = desk.daemon;

const burn = (folder: string, more: object = {}): Promise<string> =>
  api.submit(folderJob(folder, { verify: 'full' }, { drives: [desk.drive], ...more }));

const absent = () => api.driveUntil(desk.drive, ({ holding }) => holding === 'absent');

/** Whatever happened, the daemon knows one drive: the one that it knew before. */
const expectSameDrive = async (): Promise<void> => {
  expect((await api.drives()).map(({ id }) => id)).toEqual([desk.drive]);
};

beforeAll(() => {
  fillFolder(source, 'folder', 1);
  fillFolder(source, 'large', 48);
});

afterEach(() => desk.foreign.plugIn());

describe('a drive of another maker that is pulled out', () => {
  it('while it is idle is absent; a job for it waits, and is recorded when it is there again', async () => {
    desk.foreign.unplug();
    expect(await absent()).toMatchObject({ problem: { code: 'drive-absent' } });
    const job = await burn('folder');
    const { reasons } = await api.jobUntil(job, (one) => one.reasons[0]?.code === 'drives-busy');
    expect(reasons).toEqual([{ code: 'drives-busy', drive: desk.drive, detail: 'absent' }]);
    await desk.foreign.plugIn();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    await expectSameDrive();
  });

  it('while it records is lost: the disc is bad, and the drive records the next one when it is there again', async () => {
    await desk.blank();
    const job = await burn('large');
    await api.working(desk.drive, 'write');
    desk.foreign.unplug();
    const { state, problem } = await api.ended(job);
    expect(state).toBe('failed');
    // By what the host says of the command that was underway, if there was one.
    expect(['drive-lost', 'drive-link-failed']).toContain(problem?.code);
    const attempt = (await api.copies(job))[0]?.tries.at(-1);
    expect(attempt).toMatchObject({ state: 'bad', touched: true, mediumAfter: { state: 'unknown' } });
    await absent();
    desk.foreign.takeOut();
    desk.foreign.insertBlank();
    await desk.foreign.plugIn();
    await desk.blankSeen();
    await expectSameDrive();
    expect(await api.ended(await burn('folder'))).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('while it is leased stays leased: it is kept for who leased it when it is there again', async () => {
    await desk.blank();
    const path = `/v1/drives/${desk.drive}/lease`;
    await api.post(path, { name: 'archive robot', seconds: 600 });
    desk.foreign.unplug();
    await absent();
    await desk.foreign.plugIn();
    const { holder } = await api.driveUntil(desk.drive, ({ holding }) => holding === 'leased');
    expect(holder).toBe('archive robot');
    expect(mountRefusal(desk.foreign.device)).toMatch(/busy/i);
    await expectSameDrive();
    await api.delete(`${path}?force=true`);
    await desk.blankSeen();
  });
});

describe('a connection that breaks while the drive records', () => {
  // The command that was underway is lost; where none was, the next one finds a drive that was reset.
  it('ends the attempt by name, and the drive records the next disc over the connection that the host has made anew', async () => {
    await desk.blank();
    const job = await burn('large');
    await api.working(desk.drive, 'write');
    desk.foreign.cutConnection();
    const { state, problem } = await api.ended(job);
    expect(state).toBe('failed');
    expect(['drive-link-failed', 'drive-reset']).toContain(problem?.code);
    expect((await api.copies(job))[0]?.tries.at(-1)).toMatchObject({ state: 'bad', touched: true });
    await desk.blank();
    await expectSameDrive();
    expect(await api.ended(await burn('folder'))).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});

describe('a drive that is gone', () => {
  it('has no worker any more once the kernel gives its name to another drive', async () => {
    await desk.blank();
    const { device } = desk.foreign;
    desk.foreign.unplug();
    await absent();
    const other = await KernelDrive.connect({
      folder: mkdtempSync(join(tmpdir(), 'kd-')),
      group: SERVICE,
      number: 1,
    });
    onTestFinished(() => {
      other.unplug();
    });
    expect(other.device).toBe(device);
    await desk.meet((drive) => drive.id !== desk.drive && drive.holding === 'free');
    await until('the worker of the old one has ended', () => desk.daemon.workersOf(desk.drive).length === 0);
    expect(await api.drive(desk.drive)).toMatchObject({ holding: 'absent' });
  });
});
