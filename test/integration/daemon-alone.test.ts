import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import { type DaemonOptions, startDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { killProcess, until } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

const SLOW = { timeout: 180_000 };

/** A daemon whose only drive is writing. */
const writing = async (options: DaemonOptions = {}) => {
  const daemon = await startDaemon(options);
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 2);
  const drive = await api.addDrive({ blank: 'dvd+r' });
  await api.faults(drive, [slowWrites(3000)]);
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  await api.working(drive, 'write');
  return { daemon, api, drive, job };
};

const expectGood = async ({ api, job }: Awaited<ReturnType<typeof writing>>): Promise<void> => {
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  const [copy] = await api.copies(job);
  expect(copy!.tries).toMatchObject([{ state: 'good' }]);
};

/** A reader of the daemon's standard error that does nothing, until it is killed. */
const BEHIND_READER = ['bash', '-c', 'exec "$@" 2> >(exec sleep 600)', 'bash'];

/** A terminal that ends with the program that made it. */
const IN_TERMINAL = [
  ...['bash', '-c', 'SHELL=/bin/sh exec script -qfec "exec $(printf "%q " "$@")" /dev/null', 'bash'],
];

const noScript = hasTool('script') ? '' : ' (skipped: script is missing)';

describe('a daemon that is left alone while a disc is written', SLOW, () => {
  it('goes on when it is sent SIGHUP', async () => {
    const story = await writing();
    const { daemon, api } = story;
    process.kill(daemon.pid, 'SIGHUP');
    await expectGood(story);
    expect((await api.get('/readyz')).status).toBe(200);
    expect(await daemon.stop()).toBe(0);
  });

  it.skipIf(noScript !== '')(`goes on when its terminal is closed${noScript}`, async () => {
    const story = await writing({ startedBy: () => IN_TERMINAL });
    const { daemon, api } = story;
    const [spindled] = daemon.pidsOf('main').filter((pid) => pid !== daemon.pid);
    await killProcess(daemon.pid);
    await expectGood(story);
    expect(daemon.pidsOf('main')).toContain(spindled);
    expect((await api.get('/readyz')).status).toBe(200);
  });

  it('goes on when nobody reads its log any more', async () => {
    const story = await writing({ startedBy: () => BEHIND_READER });
    const { daemon, api } = story;
    const [reader] = daemon
      .processes()
      .filter(({ argv }) => argv[0] === 'sleep')
      .map(({ pid }) => pid);
    await killProcess(reader!);
    // Each is logged, and cannot be.
    for (let count = 0; count < 5; count += 1) await api.submit(folderJob('folder', {}, { hold: true }));
    await expectGood(story);
    expect(await daemon.stop()).toBe(0);
  });
});

describe('a daemon that is older than its database', SLOW, () => {
  it('refuses to start and leaves the disc to its worker; the newer one finds it good', async () => {
    const story = await writing();
    const { daemon, drive } = story;
    const worker = daemon.workerOf(drive);
    expect(await daemon.stop()).toBe(0);
    const database = new Sqlite(join(daemon.state, 'spindle.db'));
    const version = database.pragma('user_version', { simple: true }) as number;
    database.pragma(`user_version = ${version + 1}`);

    const { code, stderr } = await daemon.startInVain();
    expect(code).toBe(1);
    expect(stderr).toContain('this program knows');
    expect(daemon.workersOf(drive)).toEqual([worker]);
    await until('the worker had finished and ended', () => daemon.workersOf(drive).length === 0, 60_000);

    database.pragma(`user_version = ${version}`);
    database.close();
    await daemon.start();
    await expectGood(story);
  });
});
