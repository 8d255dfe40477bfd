import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';
import { until } from '../support/processes.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';

/** A daemon and workers start, some of them twice; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

const withDrive = async (workers: object = {}) => {
  const daemon = await startDaemon({ workers: { ...workers } });
  fillFolder(daemon.source, 'folder', 1);
  const drive = await daemon.api.addDrive({ blank: 'dvd+r', home: 'process' });
  const submit = (more = {}): Promise<string> =>
    daemon.api.submit(folderJob('folder', {}, { drives: [drive], ...more }));
  return { daemon, api: daemon.api, drive, submit };
};

const stop = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGSTOP');
  await until('it was stopped', () => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
};

describe('a worker that was stopped', SLOW, () => {
  it('is replaced where it has nothing to do, and its drive takes work', async () => {
    const { daemon, api, drive, submit } = await withDrive({ silenceLimitMs: 4000 });
    const worker = daemon.workerOf(drive);
    await stop(worker);
    await until('another worker had come', () => !daemon.workersOf(drive).includes(worker));
    expect(await api.ended(await submit())).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('is replaced by a daemon that finds it like this', async () => {
    const { daemon, api, drive, submit } = await withDrive({ silenceLimitMs: 4000 });
    const worker = daemon.workerOf(drive);
    await daemon.kill();
    await stop(worker);
    await daemon.start();
    await until('another worker had come', () => !daemon.workersOf(drive).includes(worker));
    expect(await api.ended(await submit())).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('is waited for while it records: when it goes on in time, the disc becomes good', async () => {
    const { daemon, api, drive, submit } = await withDrive();
    await api.faults(drive, [{ when: { opcode: 0x2a }, do: { action: 'stall', ms: 500 } }]);
    const job = await submit();
    await api.working(drive, 'write');
    const worker = daemon.workerOf(drive);
    await stop(worker);
    const other = await api.addDrive({ blank: 'dvd+r' });
    const beside = await api.submit(folderJob('folder', {}, { drives: [other] }));
    expect(await api.ended(beside)).toMatchObject({ state: 'completed', outcome: 'ok' });
    process.kill(worker, 'SIGCONT');
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(daemon.workersOf(drive)).toEqual([worker]);
  });

  it('is given up while it records when that lasts: the copy takes another disc', async () => {
    const { daemon, api, drive, submit } = await withDrive({ silenceLimitMs: 3000 });
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit({ maxAttempts: 2 });
    await api.working(drive, 'write');
    await stop(daemon.workerOf(drive));
    await api.jobUntil(job, ({ state }) => state === 'waiting');
    await api.faults(drive, []);
    await api.exchange(drive, { blank: 'dvd+r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await api.copies(job))[0]!.tries.map(({ state }) => state)).toEqual(['interrupted', 'good']);
  });
});
