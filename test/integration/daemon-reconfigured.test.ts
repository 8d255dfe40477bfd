import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LeaseRow } from '../../src/jobs/records.js';
import { TestDaemon, startDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { until } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

const QUIRKS = [
  {
    vendor: 'SPINDLE',
    product: '*',
    effect: 'no-underrun-protection',
    evidence: 'it ruined three discs',
  },
];

/** Workers wait for the next daemon, however slow the machine is. */
const OUTLASTS_MS = 600_000;

let daemon: TestDaemon;
let drive: string;
let worker: number;

const restartWithQuirk = async (): Promise<void> => {
  await daemon.stop();
  daemon.configure({ quirks: QUIRKS });
  await daemon.start();
};

/** As its worker tells of it, which plans by that. */
const expectQuirk = (): Promise<void> =>
  expect
    .poll(async () => (await daemon.api.get(`/v1/drives/${drive}`)).body, { timeout: patient(30_000) })
    .toMatchObject({ quirks: [{ effect: 'no-underrun-protection', origin: 'configuration' }] });

const replaced = (): Promise<void> =>
  until('the worker was replaced', () => {
    const workers = daemon.workersOf(drive);
    return workers.length === 1 && workers[0] !== worker;
  });

const expectGood = async (job: string): Promise<void> => {
  expect(await daemon.api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  expect((await daemon.api.copies(job))[0]!.tries).toMatchObject([{ state: 'good' }]);
};

describe('a quirk that is added to the configuration', SLOW, () => {
  beforeEach(async () => {
    daemon = await startDaemon({ workers: { idleExitMs: OUTLASTS_MS } });
    fillFolder(daemon.source, 'folder', 4);
    drive = await daemon.api.addDrive({ blank: 'cd-r' });
    worker = daemon.workerOf(drive);
  });

  it('holds from the restart on, though the worker that knows nothing of it lives', async () => {
    await restartWithQuirk();
    expect(daemon.workersOf(drive)).not.toContain(worker);
    await expectQuirk();
    await expectGood(await daemon.api.submit(folderJob('folder', {}, { drives: [drive] })));
  });

  it('disturbs no disc that is being recorded, and holds for the next one', async () => {
    const { api } = daemon;
    await api.faults(drive, [slowWrites(6000)]);
    const job = await api.submit(folderJob('folder', { verify: 'full' }, { drives: [drive] }));
    await api.working(drive, 'write');
    await restartWithQuirk();
    await expectGood(job);
    await replaced();
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    await api.exchange(drive, { blank: 'cd-r' });
    await expectQuirk();
  });

  it('leaves a drive to who has leased it, and holds when the lease is over', async () => {
    const { api } = daemon;
    const path = `/v1/drives/${drive}/lease`;
    const { id: lease } = (await api.post(path, { name: 'archive robot', seconds: 3600 })).body as LeaseRow;
    await restartWithQuirk();
    expect(await api.drive(drive)).toMatchObject({ holding: 'leased', holder: 'archive robot' });
    await api.put(path, { lease, seconds: 600 });
    await api.post(`/v1/drives/${drive}/actions/eject`, { lease });
    await api.post(`/v1/drives/${drive}/actions/load`, { lease });
    expect(daemon.workersOf(drive)).toEqual([worker]);
    await api.delete(`${path}?lease=${lease}`);
    await replaced();
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    await expectQuirk();
  });

  it('is no reason to replace anybody where nothing has changed', async () => {
    await daemon.restart();
    await expectGood(await daemon.api.submit(folderJob('folder', {}, { drives: [drive] })));
    expect(daemon.workersOf(drive)).toEqual([worker]);
  });
});

/** As systemd does for a unit with `BindReadOnlyPaths=`: the daemon and who it starts see a mount that others do not. */
const withMount = (what: string, where: string): readonly string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --bind "$0" "$1" && shift && exec "$@"',
  what,
  where,
];
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

it.skipIf(!canMount)(
  'a root that is mounted for the daemon alone from a restart on can be recorded [unshare --mount]',
  SLOW,
  async () => {
    const mount: string[] = [];
    daemon = new TestDaemon({ workers: { idleExitMs: OUTLASTS_MS }, startedBy: () => mount });
    onTestFinished(() => daemon.destroy());
    const elsewhere = join(daemon.folder, 'elsewhere');
    mkdirSync(elsewhere);
    fillFolder(elsewhere, 'folder');
    await daemon.start();
    drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    await daemon.stop();
    mount.push(...withMount(elsewhere, daemon.source));
    await daemon.start();
    await expectGood(await daemon.api.submit(folderJob('folder', {}, { drives: [drive], spool: 'never' })));
  },
);
