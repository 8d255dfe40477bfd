import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageView, LeaseRow } from '../../src/jobs/records.js';
import { startDaemon } from '../support/daemon.js';
import { InstalledTree } from '../support/installed-tree.js';
import { patient } from '../support/patient.js';
import { killProcess, until } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';
import { daemonWithPoints } from '../support/stopped-at-points.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: patient(180_000) };

type Age = 'earlier' | 'later';

/** Two installations, one a minor version ahead of the other; the first one's daemon records a disc. */
const recording = async (first: Age, ms: number) => {
  const daemon = await startDaemon();
  await daemon.stop();
  const trees = {
    earlier: new InstalledTree(join(daemon.folder, 'earlier')),
    later: new InstalledTree(join(daemon.folder, 'later')).makeLater(),
  };
  const startFrom = async (age: Age): Promise<void> => {
    daemon.program = trees[age].main;
    await daemon.start();
  };
  await startFrom(first);
  fillFolder(daemon.source, 'folder', 4);
  const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
  await daemon.api.faults(drive, [slowWrites(ms)]);
  const job = await daemon.api.submit(folderJob('folder', { verify: 'full' }, { drives: [drive] }));
  await daemon.api.working(drive, 'write');
  return { daemon, trees, startFrom, drive, job, worker: daemon.workerOf(drive) };
};

const versionOf = async (daemon: Awaited<ReturnType<typeof startDaemon>>): Promise<string> =>
  ((await daemon.api.get('/v1/server')).body as { version: string }).version;

describe('an attempt that was accepted and not sent', SLOW, () => {
  it('goes to a worker of the later build, when the first one takes nothing from it', async () => {
    const { daemon, points } = daemonWithPoints();
    daemon.program = new InstalledTree(join(daemon.folder, 'earlier')).main;
    await daemon.start();
    fillFolder(daemon.source, 'folder', 2);
    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const trap = points.arm({ name: 'after transaction assign', nth: 1 });
    const job = await daemon.api.submit(folderJob('folder', {}, { drives: [drive] }));
    await trap.reached(AbortSignal.timeout(60_000));
    await daemon.kill();
    trap.go();
    daemon.program = new InstalledTree(join(daemon.folder, 'later')).makeLater().main;
    await daemon.start();
    expect(await daemon.api.ended(job)).toMatchObject({ state: 'completed', copies: { good: 1 } });
    expect((await daemon.api.copies(job))[0]!.tries).toMatchObject([
      { state: 'withdrawn' },
      { state: 'good' },
    ]);
  });
});

describe('a lease that a client holds while the program is exchanged', SLOW, () => {
  it.each([
    ['given back by its holder', (lease: string) => `lease=${lease}`],
    ['broken by an administrator', () => 'force=true'],
  ])('stays, and can be %s; then the drive has a worker of the later build', async (_, how) => {
    const daemon = await startDaemon();
    await daemon.stop();
    const { api } = daemon;
    daemon.program = new InstalledTree(join(daemon.folder, 'earlier')).main;
    await daemon.start();
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const path = `/v1/drives/${drive}/lease`;
    const { id } = (await api.post(path, { name: 'archive robot', seconds: 3600 })).body as LeaseRow;
    const worker = daemon.workerOf(drive);
    await daemon.stop();
    daemon.program = new InstalledTree(join(daemon.folder, 'later')).makeLater().main;
    await daemon.start();
    expect(await api.drive(drive)).toMatchObject({ holding: 'leased', holder: 'archive robot' });
    await api.put(path, { lease: id, seconds: 3000 });
    expect(daemon.workersOf(drive)).toEqual([worker]);

    expect((await api.ask('DELETE', `${path}?${how(id)}`)).status).toBe(204);
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect(daemon.workersOf(drive)).toHaveLength(1);
    expect(daemon.workerOf(drive)).not.toBe(worker);
    expect((await api.post(path, { name: 'next' })).status).toBe(201);
  });
});

describe('a disc that is recorded while the program is exchanged', SLOW, () => {
  it.each([
    ['a later build', 'earlier', 'later', '0.2.0'],
    ['an earlier build, as when an upgrade is taken back', 'later', 'earlier', '0.1.0'],
  ] as const)(
    'becomes good under %s, with the first installation gone',
    async (_, first, second, version) => {
      const { daemon, trees, startFrom, drive, job, worker } = await recording(first, 6000);
      const { api } = daemon;
      expect(await daemon.stop()).toBe(0);
      trees[first].moveAway();
      await startFrom(second);
      expect(await versionOf(daemon)).toBe(version);
      expect(daemon.workersOf(drive)).toEqual([worker]);

      expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok', copies: { good: 1 } });
      const [copy] = await api.copies(job);
      expect(copy!.tries).toMatchObject([{ state: 'good', proof: { verify: 'full' } }]);

      await until('the worker was replaced by one of the other build', () => {
        const workers = daemon.workersOf(drive);
        return workers.length === 1 && workers[0] !== worker;
      });
      await api.driveUntil(drive, ({ holding }) => holding === 'free');
      await api.exchange(drive, { blank: 'dvd+r' });
      const next = await api.submit(folderJob('folder', {}, { drives: [drive] }));
      expect(await api.ended(next)).toMatchObject({ state: 'completed', outcome: 'ok' });
    },
  );

  it('is told as interrupted by a later build that finds only the journal', async () => {
    const { daemon, trees, startFrom, drive, job, worker } = await recording('earlier', 60_000);
    await daemon.kill();
    await killProcess(worker);
    trees.earlier.moveAway();
    await startFrom('later');
    expect(await daemon.api.ended(job)).toMatchObject({
      state: 'failed',
      problem: { code: 'attempt-interrupted' },
    });
    const { medium } = await daemon.api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect(medium!.status).not.toBe('empty');
  });
});

describe('a program that is exchanged under a daemon that runs', SLOW, () => {
  it.each([
    ['of a later version', (tree: InstalledTree) => tree.makeLater(), '0.2.0'],
    ['of the same version', (tree: InstalledTree) => tree.makeOther(), '0.1.0'],
  ])(
    'has nothing made by its processes, says so, and records when the daemon is another, too: %s',
    async (_, exchange, version) => {
      const daemon = await startDaemon();
      const { api } = daemon;
      await daemon.stop();
      const tree = new InstalledTree(join(daemon.folder, 'program'));
      daemon.program = tree.main;
      await daemon.start();
      const { build } = (await api.get('/v1/server')).body as { build: string };
      fillFolder(daemon.source, 'folder');
      const drive = await api.addDrive({ blank: 'dvd+r' });
      exchange(tree);
      await killProcess(daemon.workerOf(drive));
      const { problem } = await api.driveUntil(drive, ({ problem }) => problem?.code === 'program-exchanged');
      expect(problem?.detail).toContain('exchanged while the daemon ran');
      expect(await api.ask('GET', '/readyz')).toMatchObject({
        status: 503,
        body: { errors: [{ pointer: '/program' }] },
      });
      // It is not failed for what says nothing of it.
      const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
      const edits = [{ do: 'add', at: '/', root: 'source', path: 'folder' }];
      const { id: draft } = (await api.post('/v1/images', { type: 'draft' })).body as ImageView;
      expect(await api.ask('POST', `/v1/images/${draft}/revisions`, { edits })).toMatchObject({
        status: 503,
        body: { code: 'program-exchanged' },
      });
      await daemon.restart();
      expect((await api.get('/v1/server')).body).toMatchObject({ version });
      expect((await api.get('/v1/server')).body).not.toMatchObject({ build });
      expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect((await api.copies(job))[0]!.tries).toMatchObject([{ state: 'good' }]);
    },
  );

  it('has them wait while what lies there is no whole build', async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    await daemon.stop();
    const tree = new InstalledTree(join(daemon.folder, 'program'));
    daemon.program = tree.main;
    await daemon.start();
    fillFolder(daemon.source, 'folder');
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const names = join(tree.main, '../build.json');
    const whole = readFileSync(names);
    writeFileSync(names, '{"dig');
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await until('the daemon says so', () => daemon.log.includes('no whole build'));
    expect(await api.job(job)).toMatchObject({ state: 'queued' });
    writeFileSync(names, whole);
    await daemon.restart();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});
