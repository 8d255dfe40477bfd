import { describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';
import { PlayedWorker } from '../support/played-worker.js';
import { killProcess } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

/** Two daemons and two workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

describe('a worker of another build that records', SLOW, () => {
  it.each([
    ['of commit 11a68c0, whose report lacks what is told since', 'worker-11a68c0'],
    ['of a later build, whose report lacks a field and has new ones', 'worker-later'],
  ])('is followed to its end and replaced: one %s', async (_, golden) => {
    const daemon = await startDaemon();
    const { api } = daemon;
    fillFolder(daemon.source, 'folder', 1);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [slowWrites(60_000)]);
    const job = await api.submit(folderJob('folder', { verify: 'full' }, { drives: [drive] }));
    await api.working(drive, 'write');
    const worker = daemon.workerOf(drive);
    await daemon.kill();
    await killProcess(worker);
    const played = new PlayedWorker(golden, { runtime: daemon.runtime, drive, job });
    await daemon.start();

    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok', copies: { good: 1 } });
    await api.driveUntil(drive, ({ holding, medium }) => holding === 'free' && medium?.kind === 'dvd+r');
    expect(played.asked).toContain('quit');
    expect(daemon.workersOf(drive)).toHaveLength(1);
  });
});
