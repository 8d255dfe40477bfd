import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutData } from '../../src/drive/command.js';
import { openDrive } from '../../src/drive/drive-session.js';
import { REAL_TIMING } from '../../src/drive/timing.js';
import { homeSocketPath } from '../../src/fleet/virtual-homes.js';
import { startStopUnit } from '../../src/scsi/commands/start-stop-unit.js';
import { openSocket } from '../../src/transport/socket.js';
import { startDaemon } from '../support/daemon.js';
import { killProcess, until } from '../support/processes.js';
import { ENDLESS_WRITES, fillFolder, folderJob, slowWrites } from '../support/sources.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

const withDrive = async (blank: string, home: 'worker' | 'process' = 'worker') => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const drive = await api.addDrive({ blank, home });
  const submit = (burn = {}, more = {}): Promise<string> =>
    api.submit(folderJob('folder', burn, { drives: [drive], ...more }));
  return { daemon, api, drive, submit };
};

describe('a worker that is killed while its drive writes', SLOW, () => {
  it('leaves an interrupted attempt and a bad copy; the drive recovers and takes a new blank', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r');
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit();
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));

    const ended = await api.ended(job);
    expect(ended).toMatchObject({ state: 'failed', copies: { bad: 1 } });
    expect(ended.problem).toMatchObject({ code: 'attempt-interrupted' });
    const [copy] = await api.copies(job);
    expect(copy!.tries).toMatchObject([{ state: 'interrupted', touched: true, phase: 'write' }]);

    const recovered = await api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect((await api.copies(job))[0]!.tries[0]!.mediumAfter).toMatchObject({ state: 'appendable' });
    expect(recovered.medium).toMatchObject({ kind: 'dvd+r' });
    expect(recovered.medium!.status).not.toBe('empty');
    const holdings = (await api.events())
      .filter(({ kind, topic }) => kind === 'drive.changed' && topic === `drives/${drive}`)
      .map(({ data }) => (data as { holding: string }).holding);
    expect(holdings).toContain('recovering');

    await api.faults(drive, []);
    await api.exchange(drive, { blank: 'dvd+r' });
    expect(await api.ended(await submit())).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('leaves no tray locked: the disc can be taken out', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r', 'process');
    await api.faults(drive, [slowWrites(1000)]);
    const job = await submit();
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));
    expect(await api.ended(job)).toMatchObject({ state: 'failed', copies: { bad: 1 } });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');

    // As another program does it, which knows nothing of our lock.
    const transport = await openSocket(homeSocketPath(daemon.runtime, drive));
    const session = openDrive({ transport, timing: REAL_TIMING });
    const away = withoutData(startStopUnit, { powerCondition: 0, loadEject: true, start: false });
    await expect(session.run(away)).resolves.toBeDefined();
    await transport.close();
  });

  it('costs one disc and no job that may use a second one', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r');
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit({}, { maxAttempts: 2 });
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));

    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting).toMatchObject({ copies: { pending: 1, bad: 0 } });
    expect(waiting.reasons).toMatchObject([{ code: 'wrong-medium', drive }]);
    await api.faults(drive, []);
    await api.exchange(drive, { blank: 'dvd+r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await api.copies(job))[0]!.tries.map(({ state }) => state)).toEqual(['interrupted', 'good']);
  });

  it('does not use a rewritable disc twice by itself, but another job may', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+rw');
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit({ onNonBlank: 'erase' });
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));
    expect(await api.ended(job)).toMatchObject({ state: 'failed' });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    await api.faults(drive, []);
    // Where nothing but zeros had been written it is blank.
    const { state } = (await api.copies(job))[0]!.tries[0]!.mediumAfter!;
    expect(['usable', 'needs-erase']).toContain(state);
    const remedy = state === 'usable' ? {} : { onNonBlank: 'erase' };
    expect(await api.ended(await submit(remedy))).toMatchObject({ state: 'completed' });
  });

  it('together with the daemon leaves the same, said by the next daemon', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r');
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit();
    await api.working(drive, 'write');
    await daemon.kill();
    await killProcess(daemon.workerOf(drive));
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'attempt-interrupted' } });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect((await api.copies(job))[0]!.tries[0]!.mediumAfter).toMatchObject({ state: 'appendable' });
  });

  it('leaves the same although its journal is lost: the database knows that the medium was touched', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r');
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit();
    await api.working(drive, 'write');
    await daemon.kill();
    await killProcess(daemon.workerOf(drive));
    rmSync(join(daemon.state, 'journal'), { recursive: true });
    await daemon.start();
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'attempt-interrupted' } });
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
  });

  it('delays no other drive', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r');
    const other = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [ENDLESS_WRITES]);
    await api.faults(other, [slowWrites(1500)]);
    const good = await api.submit(folderJob('folder', {}, { drives: [other] }));
    const job = await submit();
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));
    expect(await api.ended(good)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(await api.ended(job)).toMatchObject({ state: 'failed' });
  });
});

describe('a worker that is killed before it has touched the disc', SLOW, () => {
  it('costs nothing: the same disc is used by the next attempt', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r');
    // The tray is locked before the first command that alters the medium; that takes this drive a while.
    await api.faults(drive, [{ when: { opcode: 0x1e, nth: 1 }, do: { action: 'stall', ms: 3000 } }]);
    const job = await submit();
    await api.attemptUntil(job, ({ state }) => state === 'underway');
    await killProcess(daemon.workerOf(drive));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const [copy] = await api.copies(job);
    expect(copy!.tries).toMatchObject([
      { state: 'withdrawn', touched: false },
      { state: 'good', touched: true },
    ]);
  });
});

describe('a worker that is killed while idle', SLOW, () => {
  it('is replaced, and the drive is as it was', async () => {
    const { daemon, api, drive, submit } = await withDrive('cd-r');
    const worker = daemon.workerOf(drive);
    await killProcess(worker);
    expect(await api.ended(await submit())).toMatchObject({ state: 'completed' });
    expect(daemon.workerOf(drive)).not.toBe(worker);
  });
});

describe('a virtual drive with a process of its own', SLOW, () => {
  const homeOf = (
    daemon: { pidsOf(program: string, about: string): number[] },
    drive: string,
  ): number | undefined => daemon.pidsOf('worker/virtual-home', drive)[0];

  it('stays switched on when its worker dies, as a real drive does', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r', 'process');
    const home = homeOf(daemon, drive);
    await api.faults(drive, [slowWrites(1500)]);
    const job = await submit();
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'attempt-interrupted' } });
    expect(homeOf(daemon, drive)).toBe(home);
    const { medium } = await api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect(medium!.status).not.toBe('empty');

    await api.exchange(drive, { blank: 'dvd+r' });
    expect(await api.ended(await submit())).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('loses power when it is killed: the copy is bad, and the drive comes back by itself', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+r', 'process');
    const home = homeOf(daemon, drive);
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await submit();
    await api.working(drive, 'write');
    await killProcess(home!);
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'drive-lost' } });
    await until('the drive was switched on again', () => {
      const now = homeOf(daemon, drive);
      return now !== undefined && now !== home;
    });
    await api.driveUntil(drive, ({ holding, medium }) => holding === 'free' && medium !== undefined);
  });

  it('outlives the daemon', async () => {
    const { daemon, api, drive, submit } = await withDrive('dvd+rw', 'process');
    const home = homeOf(daemon, drive);
    await daemon.kill();
    await daemon.start();
    expect(homeOf(daemon, drive)).toBe(home);
    expect(await api.ended(await submit())).toMatchObject({ state: 'completed' });
  });
});
