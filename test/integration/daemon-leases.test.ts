import { beforeAll, describe, expect, it } from 'vitest';
import type { LeaseRow } from '../../src/jobs/records.js';
import { send } from '../support/api-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { openEvents } from '../support/event-client.js';
import { killProcess } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
let drive: string;
const pathOf = (id = drive) => `/v1/drives/${id}/lease`;

beforeAll(async () => {
  fillFolder(daemon.source, 'folder');
  drive = await api.addDrive({ blank: 'dvd+rw' });
});

const take = async (more: object = {}): Promise<LeaseRow> =>
  (await api.post(pathOf(), { name: 'archive robot', ...more })).body as LeaseRow;
const giveBack = ({ id }: LeaseRow) => api.delete(`${pathOf()}?lease=${id}`);

/** Another principal, who comes by TCP. */
const asOther = async (method: string, path: string, body?: object) => {
  const authorization = `Bearer ${await daemon.token('status', 'drives:control')}`;
  const { hostname: host, port } = new URL(daemon.url);
  const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
  return send({ host, port, method, path, headers }, body && JSON.stringify(body));
};

describe('a lease', () => {
  it('keeps jobs from the drive, which says who holds it, until it is given back', async () => {
    const lease = await take();
    expect(await api.drive(drive)).toMatchObject({
      holding: 'leased',
      holder: 'archive robot',
      lease: { id: lease.id },
    });
    const job = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
    const queued = await api.jobUntil(job, ({ reasons }) => reasons[0]?.code === 'drive-leased');
    expect(queued).toMatchObject({
      state: 'queued',
      reasons: [{ drive, detail: 'It is leased by archive robot.' }],
    });
    await giveBack(lease);
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });

  it('is told to whoever else asks, by name', async () => {
    const lease = await take();
    const refused = await asOther('POST', pathOf(), { name: 'other' });
    expect(refused).toMatchObject({ status: 423, body: { code: 'drive-leased' } });
    expect((refused.body as { detail: string }).detail).toContain('archive robot');
    const eject = await asOther('POST', `/v1/drives/${drive}/actions/eject`, {});
    expect(eject).toMatchObject({ status: 423, body: { code: 'drive-leased' } });
    expect((eject.body as { detail: string }).detail).toContain('archive robot');
    await giveBack(lease);
  });

  it('keeps the hands of others off a virtual drive, and of its holder not', async () => {
    const medium = `/v1/virtual-drives/${drive}/medium`;
    const faults = `/v1/virtual-drives/${drive}/faults`;
    const { medium: kept } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    const lease = await take();
    for (const [method, path, body] of [
      ['DELETE', medium],
      ['PUT', medium, { blank: 'cd-r' }],
      ['PUT', faults, { faults: [slowWrites(100)] }],
    ] as const) {
      const refused = await asOther(method, path, body);
      expect(refused, path).toMatchObject({ status: 423, body: { code: 'drive-leased' } });
      expect((refused.body as { detail: string }).detail).toContain('archive robot');
    }
    expect((await api.drive(drive)).contents).toBe('ready');

    await api.delete(`${medium}?lease=${lease.id}`);
    expect((await api.drive(drive)).contents).toBe('empty');
    await api.put(medium, { medium: kept, lease: lease.id });
    await api.put(faults, { faults: [], lease: lease.id });
    expect((await api.drive(drive)).contents).toBe('ready');
    await giveBack(lease);
  });

  it('can be renewed by its holder only', async () => {
    const lease = await take({ seconds: 10 });
    const renewed = (await api.put(pathOf(), { lease: lease.id, seconds: 600 })).body as LeaseRow;
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThan(Date.parse(lease.expiresAt));
    const other = await asOther('PUT', pathOf(), { lease: lease.id, seconds: 600 });
    expect(other).toMatchObject({ status: 404, body: { code: 'lease-unknown' } });
    await giveBack(lease);
  });

  it('taken twice is to be given back twice', async () => {
    const lease = await take();
    expect(await take()).toMatchObject({ id: lease.id, count: 2 });
    await giveBack(lease);
    expect((await api.drive(drive)).holding).toBe('leased');
    await giveBack(lease);
    expect((await api.drive(drive)).holding).toBe('free');
  });

  it('lets its holder use the tray', async () => {
    const lease = await take();
    await api.post(`/v1/drives/${drive}/actions/eject`, { lease: lease.id });
    expect((await api.drive(drive)).contents).toBe('open');
    await api.post(`/v1/drives/${drive}/actions/load`, { lease: lease.id });
    expect((await api.drive(drive)).contents).toBe('ready');
    await giveBack(lease);
  });

  it('is broken with force, by an administrator only', async () => {
    const lease = await take();
    expect(await asOther('DELETE', `${pathOf()}?force=true`)).toMatchObject({ status: 403 });
    await api.delete(`${pathOf()}?force=true`);
    expect((await api.drive(drive)).holding).toBe('free');
    expect(await api.refused('PUT', pathOf(), { lease: lease.id })).toMatchObject({ code: 'lease-unknown' });
  });

  it('ends by itself when it is not renewed', async () => {
    await take({ seconds: 5 });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    const kinds = (await api.events()).map(({ kind }) => kind);
    expect(kinds).toContain('lease.expired');
  });

  it('bound to a WebSocket ends with it', async () => {
    const events = await openEvents(`ws+unix://${daemon.socket}:/v1/events`);
    events.send({ op: 'hello' });
    const { connection } = await events.frame(({ op }) => op === 'welcome');
    await take({ connection });
    expect((await api.drive(drive)).holding).toBe('leased');
    events.close();
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
  });

  it('survives a restart of the daemon and is continued by its id', async () => {
    const lease = await take();
    await daemon.restart();
    expect(await api.drive(drive)).toMatchObject({ holding: 'leased', holder: 'archive robot' });
    await api.put(pathOf(), { lease: lease.id, seconds: 60 });
    await giveBack(lease);
    expect((await api.drive(drive)).holding).toBe('free');
  });

  it('survives the death of the worker that held the drive', async () => {
    const lease = await take();
    await killProcess(daemon.workerOf(drive));
    await api.driveUntil(drive, ({ problem }) => problem?.code === 'worker-lost');
    await api.driveUntil(drive, ({ problem }) => problem === undefined);
    expect(await api.drive(drive)).toMatchObject({ holding: 'leased' });
    expect(await asOther('POST', pathOf(), { name: 'other' })).toMatchObject({ status: 423 });
    await giveBack(lease);
    const job = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });

  it('that fails because the drive does not answer leaves the drive free', async () => {
    const other = await api.addDrive({ home: 'process' });
    /** Until another home is in its place, nobody reaches the drive. */
    const isRefused = async (): Promise<boolean> => {
      await Promise.all(daemon.pidsOf('worker/virtual-home', other).map(killProcess));
      const { status, body } = await api.ask('POST', pathOf(other), { name: 'archive robot' });
      if (status < 300) await api.delete(`${pathOf(other)}?lease=${(body as LeaseRow).id}`);
      return status >= 500;
    };
    await expect.poll(isRefused, { timeout: 30_000 }).toBe(true);
    await expect.poll(async () => (await api.drive(other)).holding, { timeout: 20_000 }).toBe('free');
  });

  it('is not given while the drive records', async () => {
    await api.faults(drive, [slowWrites(1500)]);
    const job = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
    await api.inPhase(job, 'write');
    expect(await api.refused('POST', pathOf(), { name: 'too late' })).toMatchObject({
      code: 'drive-busy',
      status: 409,
    });
    await api.ended(job);
  });
});
