import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { until } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
let drive: string;

beforeAll(async () => {
  fillFolder(daemon.source, 'folder');
  drive = await api.addDrive({ blank: 'dvd+rw' });
});

const submit = (more: object = {}, burn: object = {}): Promise<string> =>
  api.submit(
    folderJob('folder', { onNonBlank: 'erase', verify: 'none', ...burn }, { drives: [drive], ...more }),
  );

/** Nothing but the switch of the drive keeps the job from starting. */
const waitsForDrive = (job: string) =>
  api.jobUntil(job, ({ reasons }) => reasons[0]?.code === 'drives-draining');

const endOf = async (job: string): Promise<string> => (await api.ended(job)).endedAt!;

describe('the queue', () => {
  it('begins with the job of the highest priority, and of equals with the oldest', async () => {
    await api.patch(`/v1/drives/${drive}`, { accepting: false });
    const low = await submit({ priority: 10 });
    const old = await submit();
    const young = await submit();
    const high = await submit({ priority: 90 });
    for (const job of [low, old, young, high]) await waitsForDrive(job);
    await api.patch(`/v1/drives/${drive}`, { accepting: true });
    const ends = [];
    for (const job of [high, old, young, low]) ends.push(await endOf(job));
    expect(ends).toEqual(ends.toSorted());
  });

  it('goes by a priority that is changed while the job waits', async () => {
    await api.patch(`/v1/drives/${drive}`, { accepting: false });
    const [one, other] = [await submit(), await submit()];
    for (const job of [one, other]) await waitsForDrive(job);
    await api.patch(`/v1/jobs/${other}`, { priority: 99 });
    await api.patch(`/v1/drives/${drive}`, { accepting: true });
    expect((await endOf(other)) < (await endOf(one))).toBe(true);
  });

  it('says why a job does not go on', async () => {
    await api.patch(`/v1/drives/${drive}`, { accepting: false });
    const job = await submit();
    const waiting = await waitsForDrive(job);
    expect(waiting).toMatchObject({ state: 'queued', reasons: [{ code: 'drives-draining', drive }] });
    await api.patch(`/v1/drives/${drive}`, { accepting: true });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', reasons: [] });
  });

  it('says so where the drives that a job names are gone', async () => {
    const gone = await api.addDrive({ blank: 'dvd+rw' });
    await api.patch(`/v1/drives/${gone}`, { accepting: false });
    const job = await submit({ drives: [gone] });
    await api.jobUntil(job, ({ reasons }) => reasons[0]?.code === 'drives-draining');
    await api.delete(`/v1/virtual-drives/${gone}`);
    await api.jobUntil(job, ({ reasons }) => reasons[0]?.code === 'no-capable-drive');
    await api.post(`/v1/jobs/${job}/actions/cancel`);
    expect((await api.job(job)).state).toBe('canceled');
  });

  it('asks a drive again that failed to answer, and says meanwhile what it failed with', async () => {
    await api.patch(`/v1/drives/${drive}`, { accepting: false });
    const job = await submit();
    await waitsForDrive(job);
    const READ_DISC_INFORMATION = 0x51;
    const faulty = { when: { opcode: READ_DISC_INFORMATION }, do: { action: 'sense', sense: '4/44/00' } };
    await api.faults(drive, [faulty]);
    await api.patch(`/v1/drives/${drive}`, { accepting: true });
    await api.jobUntil(job, ({ reasons }) => reasons[0]?.code === 'drive-fault');
    await api.faults(drive, []);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', reasons: [] });
  });

  it('holds a job back until it is released', async () => {
    const held = await submit({ hold: true });
    const other = await submit({ priority: 0 });
    await api.ended(other);
    expect(await api.job(held)).toMatchObject({ state: 'held', copies: { pending: 1 } });
    await api.post(`/v1/jobs/${held}/actions/release`);
    expect(await api.ended(held)).toMatchObject({ state: 'completed' });
  });

  it('holds a queued job, but none that is recording', async () => {
    await api.faults(drive, [slowWrites(1000)]);
    const running = await submit();
    await api.inPhase(running, 'write');
    const queued = await submit();
    await api.post(`/v1/jobs/${queued}/actions/hold`);
    expect(await api.refused('POST', `/v1/jobs/${running}/actions/hold`)).toMatchObject({
      code: 'transition-refused',
    });
    await api.ended(running);
    expect(await api.job(queued)).toMatchObject({ state: 'held' });
    await api.post(`/v1/jobs/${queued}/actions/release`);
    await api.ended(queued);
  });

  it('lets each free drive pull the next copy', async () => {
    const drives = [drive, await api.addDrive({ blank: 'dvd+r' }), await api.addDrive({ blank: 'cd-r' })];
    const job = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { copies: 3, drives }));
    await api.ended(job);
    expect(new Set((await api.copies(job)).map(({ drive: of }) => of))).toEqual(new Set(drives));
  });

  it('makes one job of a request that is sent twice with the same key', async () => {
    const request = folderJob('folder', {}, { hold: true });
    const key = { 'idempotency-key': 'order-4711' };
    const first = await api.ask('POST', '/v1/jobs', request, key);
    const second = await api.ask('POST', '/v1/jobs', request, key);
    expect(second.status).toBe(202);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((second.body as { id: string }).id).toBe((first.body as { id: string }).id);
    const other = await api.ask('POST', '/v1/jobs', folderJob('folder'), key);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('forgets a job that is deleted, with all its files', async () => {
    const job = await submit();
    await api.ended(job);
    const transcripts = join(daemon.state, 'transcripts');
    const filesOf = (): string[] => readdirSync(transcripts).filter((file) => file.startsWith(job));
    expect(filesOf()).toHaveLength(1);
    expect((await api.delete(`/v1/jobs/${job}`)).status).toBe(204);
    await until('its transcript was gone', () => filesOf().length === 0);
  });
});

describe('retrying', () => {
  it('makes a new job of the copies that did not become good', async () => {
    const [good, bad] = [await api.addDrive({ blank: 'cd-r' }), await api.addDrive({ blank: 'cd-r' })];
    await api.faults(bad, [
      { when: { lba: 100, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } },
    ]);
    const job = await api.submit(folderJob('folder', {}, { copies: 2, drives: [good, bad] }));
    expect(await api.ended(job)).toMatchObject({
      state: 'completed',
      outcome: 'partial',
      copies: { good: 1, bad: 1 },
    });

    await api.faults(bad, []);
    const retry = (await api.post(`/v1/jobs/${job}/actions/retry`)).body as { id: string };
    expect(await api.job(retry.id)).toMatchObject({ retryOf: job, copiesWanted: 1 });
    const waiting = await api.jobUntil(retry.id, ({ state }) => state === 'waiting');
    expect(waiting.reasons.map(({ code }) => code)).toEqual(['wrong-medium', 'wrong-medium']);

    expect(await api.refused('DELETE', `/v1/jobs/${job}`)).toMatchObject({ code: 'job-retried' });
    await api.exchange(bad, { blank: 'cd-r' });
    expect(await api.ended(retry.id)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('is refused for a job that is good', async () => {
    const job = await submit();
    await api.ended(job);
    expect(await api.refused('POST', `/v1/jobs/${job}/actions/retry`)).toMatchObject({
      code: 'transition-refused',
    });
  });
});
