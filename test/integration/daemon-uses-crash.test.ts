import { describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** Several daemons, workers and homes start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

const recorded = async (blank: string) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 2);
  const drive = await api.addDrive({ blank });
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  return { daemon, api, drive };
};

const SLOW_READS = { when: { lba: 200, access: 'read' }, do: { action: 'stall', ms: 5000 }, times: 1 };

describe('a worker that is killed while it reads', SLOW, () => {
  it('costs nothing: the disc is read again from the beginning', async () => {
    const { daemon, api, drive } = await recorded('dvd+r');
    await api.faults(drive, [SLOW_READS]);
    const job = await api.submit({ type: 'read', drives: [drive] });
    await api.inPhase(job, 'read');
    await killProcess(daemon.workerOf(drive));
    const ended = await api.ended(job);
    expect(ended).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await api.copies(job))[0]!.tries.map(({ state }) => state)).toEqual(['withdrawn', 'good']);
    const { bytes } = await api.get(`/v1/images/${ended.image!}/content`);
    expect((await api.recorded(drive)).subarray(0, bytes.length).equals(bytes)).toBe(true);
  });
});
