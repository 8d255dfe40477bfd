import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import { type TestDaemon, startDaemon } from '../support/daemon.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';
import { killProcess, until } from '../support/processes.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

/** A daemon whose only drive is writing, and will be for a while. */
const writing = async (blank = 'dvd+r', ms = 3000) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const drive = await api.addDrive({ blank });
  await api.faults(drive, [slowWrites(ms)]);
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  await api.working(drive, 'write');
  return { daemon, api, drive, job };
};

const journalsOf = ({ state }: TestDaemon): string[] =>
  existsSync(join(state, 'journal')) ? readdirSync(join(state, 'journal')) : [];

const expectGood = async ({ api, job }: Awaited<ReturnType<typeof writing>>): Promise<void> => {
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok', copies: { good: 1 } });
  const [copy] = await api.copies(job);
  expect(copy!.tries).toMatchObject([{ state: 'good', touched: true, proof: { verify: 'full' } }]);
};

describe('a disc that is being written', SLOW, () => {
  it('becomes good although the daemon is killed: the next one follows its worker', async () => {
    const story = await writing();
    const { daemon, drive } = story;
    const worker = daemon.workerOf(drive);
    await daemon.kill();
    await daemon.start();
    expect(daemon.workersOf(drive)).toEqual([worker]);
    await expectGood(story);
    await until('the journal was forgotten', () => journalsOf(daemon).length === 0);
  });

  it('becomes good when its worker finishes it and ends before the next daemon comes', async () => {
    const story = await writing('dvd+r', 1000);
    const { daemon, drive } = story;
    await daemon.kill();
    await until('the worker had ended by itself', () => daemon.workersOf(drive).length === 0, 45_000);
    expect(journalsOf(daemon)).toHaveLength(1);
    await daemon.start();
    await expectGood(story);
    expect(journalsOf(daemon)).toEqual([]);
  });

  it('becomes good through three daemons that are killed one after the other', async () => {
    const story = await writing('dvd+r', 6000);
    for (let round = 0; round < 3; round += 1) {
      await story.daemon.kill();
      await story.daemon.start();
    }
    await expectGood(story);
  });

  it('goes on when the daemon is told to stop, which takes it seconds', async () => {
    const story = await writing('dvd+r', 4000);
    const { daemon, drive } = story;
    const worker = daemon.workerOf(drive);
    expect(await daemon.stop()).toBe(0);
    expect(daemon.workersOf(drive)).toEqual([worker]);
    await daemon.start();
    await expectGood(story);
  });

  it('does not begin anew, and nothing is told twice', async () => {
    const story = await writing();
    const { daemon, api, job } = story;
    await daemon.kill();
    await daemon.start();
    await expectGood(story);
    const events = await api.events();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const told = events
      .filter(({ topic, kind }) => topic === `jobs/${job}` && kind === 'attempt.advanced')
      .map(({ data }) => data as { state: string; phase?: string; touched: boolean })
      .map(({ state, phase = '', touched }) => `${state} ${phase} ${touched}`);
    expect(told).toEqual([...new Set(told)]);
  });
});

describe('a cancel that its daemon did not live to hand on', SLOW, () => {
  it('is repeated by the next one, with the consent that was given', async () => {
    const { daemon, api, job } = await writing('dvd+r', 30_000);
    await daemon.kill();
    // The daemon died between its transaction and the request to the worker.
    const database = new Sqlite(join(daemon.state, 'spindle.db'));
    database
      .prepare(`update job set state = 'canceling', cancel_requested = 1, cancel_forced = 1 where id = ?`)
      .run(job);
    database.close();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'canceled', copies: { canceled: 1 } });
    expect(await api.copies(job)).toMatchObject([{ tries: [{ problem: { code: 'canceled' } }] }]);
  });
});

describe('a drive that takes long to answer', SLOW, () => {
  it('keeps no daemon from serving: what an interrupted attempt has left is read meanwhile', async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    fillFolder(daemon.source, 'folder', 4);
    const drive = await api.addDrive({ blank: 'dvd+rw', home: 'process' });
    const slowRead = { when: { lba: 0, access: 'read' }, do: { action: 'stall', ms: 5000 } };
    await api.faults(drive, [slowWrites(30_000), slowRead]);
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await api.working(drive, 'write');
    const worker = daemon.workerOf(drive);
    await daemon.kill();
    await killProcess(worker);
    await daemon.start();
    expect(await api.drive(drive)).toMatchObject({ holding: 'recovering' });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect(await api.job(job)).toMatchObject({ state: 'failed', problem: { code: 'attempt-interrupted' } });
  });
});

describe('a job that waits', SLOW, () => {
  it('is there again after the daemon was killed, and is done', async () => {
    const { daemon, api, drive, job } = await writing('dvd+rw', 1500);
    const next = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
    const held = await api.submit(folderJob('folder', {}, { hold: true }));
    await daemon.kill();
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
    expect(await api.ended(next)).toMatchObject({ state: 'completed' });
    expect(await api.job(held)).toMatchObject({ state: 'held' });
  });
});

describe('a second daemon on the same state directory', SLOW, () => {
  it('names the first one and ends, without disturbing it', async () => {
    const daemon = await startDaemon();
    const { code, stderr } = await daemon.startInVain();
    expect(code).not.toBe(0);
    expect(stderr).toContain(String(daemon.pid));
    expect((await daemon.api.get('/readyz')).status).toBe(200);
  });
});

describe('a daemon that is told to stop', SLOW, () => {
  it('says so to those who wait and to those who come', async () => {
    const { daemon, api } = await writing('dvd+r', 2000);
    const waiting = api.ask('GET', '/v1/events?wait=60');
    await api.get('/healthz'); // so that the daemon has taken the one before
    const [answer, code] = await Promise.all([waiting, daemon.stop()]);
    expect({ status: answer.status, code }).toEqual({ status: 200, code: 0 });
    await expect(api.get('/healthz')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });
});

describe('a retry with an Idempotency-Key', SLOW, () => {
  it('is done once, though the daemon is killed as soon as the new job is on disk', async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    fillFolder(daemon.source, 'folder');
    const id = await api.submit(folderJob('folder', {}, { hold: true }));
    await api.post(`/v1/jobs/${id}/actions/cancel`);
    const retry = () =>
      api.ask('POST', `/v1/jobs/${id}/actions/retry`, undefined, { 'idempotency-key': 'order-88231' });

    const db = new Sqlite(join(daemon.state, 'spindle.db'), { readonly: true });
    const number = db.prepare('select count(*) from job').pluck();
    const unheard = retry().catch(() => undefined);
    await until('the new job was on disk', () => number.get() === 2);
    await daemon.kill();
    await unheard;
    db.close();

    await daemon.start();
    expect(await retry()).toMatchObject({ status: 202, body: { retryOf: id } });
    expect(((await api.get('/v1/jobs')).body as { items: unknown[] }).items).toHaveLength(2);
  });
});
