import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TestDaemon } from '../support/daemon.js';
import { killProcess, until } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 120_000 };
const HOUR_MS = 3_600_000;

/** A daemon whose clock can be set back by an hour while it runs. */
const daemonWithClock = async () => {
  const daemon = new TestDaemon({});
  onTestFinished(() => daemon.destroy());
  const [clock, preload] = [
    join(daemon.folder, 'clock'),
    join(import.meta.dirname, '../support/stepped-clock.cjs'),
  ];
  Object.assign(daemon.environment, {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --require=${preload}`.trim(),
    SPINDLE_TEST_CLOCK: clock,
  });
  await daemon.start();
  fillFolder(daemon.source, 'folder');
  const setBack = (): void => {
    writeFileSync(clock, String(-HOUR_MS));
  };
  return { daemon, api: daemon.api, setBack };
};

/** What is left of a disc that failed must not make room for the next try at the same copy. */
it('uses no disc twice for one job when the clock is set back after it was put in', SLOW, async () => {
  const { api, setBack } = await daemonWithClock();
  const drive = await api.addDrive();
  await api.driveUntil(drive, ({ contents }) => contents === 'empty');
  await api.insert(drive, { blank: 'dvd+rw' });
  await api.driveUntil(drive, ({ contents }) => contents === 'ready');
  setBack();
  await api.faults(drive, [
    { when: { lba: 100, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } },
  ]);
  const job = await api.submit(
    folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive], maxAttempts: 2 }),
  );
  const waiting = await api.jobUntil(
    job,
    ({ state, reasons }) => state === 'waiting' && reasons.some(({ code }) => code === 'wrong-medium'),
  );
  expect(waiting.copies).toMatchObject({ pending: 1 });
  await api.faults(drive, []);
  await api.exchange(drive, { blank: 'dvd+rw' });
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  expect((await api.copies(job))[0]!.tries.map(({ state }) => state)).toEqual(['bad', 'good']);
});

it('ends a lease when its seconds are over, though the clock was set back meanwhile', SLOW, async () => {
  const { api, setBack } = await daemonWithClock();
  const drive = await api.addDrive({ blank: 'dvd+r' });
  await api.post(`/v1/drives/${drive}/lease`, { name: 'ripper', seconds: 5 });
  setBack();
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  expect(await api.refused('GET', `/v1/drives/${drive}/lease`)).toMatchObject({ code: 'lease-unknown' });
});

it(
  'ends a lease for a worker, too, that was told of it only after the clock was set back',
  SLOW,
  async () => {
    const { daemon, api, setBack } = await daemonWithClock();
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.post(`/v1/drives/${drive}/lease`, { name: 'ripper', seconds: 20 });
    setBack();
    const first = daemon.workerOf(drive);
    await killProcess(first);
    await until('the next worker had the drive', () => {
      const [next] = daemon.workersOf(drive);
      return next !== undefined && next !== first;
    });
    await api.driveUntil(drive, ({ holding }) => holding === 'recovering' || holding === 'leased');
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  },
);

it('keeps the order of jobs when the clock is set back while no daemon is there', SLOW, async () => {
  const { daemon, api, setBack } = await daemonWithClock();
  const first = await api.submit(folderJob('folder', {}, { hold: true }));
  await daemon.stop();
  setBack();
  await daemon.start();
  const second = await api.submit(folderJob('folder', {}, { hold: true }));
  const { items } = (await api.get('/v1/jobs')).body as { items: { id: string }[] };
  expect(items.map(({ id }) => id)).toEqual([second, first]);
  const drive = await api.addDrive();
  for (const job of [second, first]) await api.post(`/v1/jobs/${job}/actions/release`);
  for (const job of [first, second])
    await api.jobUntil(job, ({ reasons }) => reasons.some(({ code }) => code === 'insert-blank'));
  await api.insert(drive, { blank: 'dvd+r' });
  expect(await api.ended(first)).toMatchObject({ state: 'completed', outcome: 'ok' });
  expect((await api.job(second)).copies).toMatchObject({ good: 0 });
});
