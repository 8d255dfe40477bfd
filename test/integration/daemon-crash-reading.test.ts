import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestDaemon } from '../support/daemon.js';
import { endProcesses, killProcess } from '../support/processes.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';
import { daemonWithPoints } from '../support/stopped-at-points.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 180_000 };

/** CLOSE TRACK SESSION */
const ENDLESS_CLOSE = { when: { opcode: 0x5b }, do: { action: 'stall', ms: 60_000 } };

/** A job whose worker was killed, and whose daemon was killed when that was in the database and the medium not read. */
const interruptedUnread = async ({
  model = 'bd-writer',
  phase = 'write',
}: {
  readonly model?: string;
  readonly phase?: 'write' | 'close';
} = {}) => {
  const { daemon, points } = daemonWithPoints();
  await daemon.start();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const spare = await api.addDrive({ blank: 'dvd+r' });
  const drive = await api.addDrive({ blank: 'dvd+r', model });
  await api.faults(drive, [phase === 'write' ? ENDLESS_WRITES : ENDLESS_CLOSE]);
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  await (phase === 'write' ? api.working(drive, phase) : api.inPhase(job, phase));
  const trap = points.arm({ name: 'after transaction interrupt', nth: 1 });
  await killProcess(daemon.workerOf(drive));
  await trap.reached(AbortSignal.timeout(60_000));
  await daemon.kill();
  trap.go();
  const mediumAfter = async () => (await api.copies(job))[0]!.tries[0]!.mediumAfter;
  return { daemon, api, spare, drive, job, mediumAfter };
};

/** What a hand does while nobody is there who could be asked for it: what lay in the drive before. */
const change = (daemon: TestDaemon, drive: string, medium: string | null): string | null => {
  const file = join(daemon.state, 'virtual', 'drives', drive, 'drive.json');
  const content = JSON.parse(readFileSync(file, 'utf8')) as { medium: string | null };
  const state = { ...content, medium, newMedium: medium !== null, faults: [] };
  writeFileSync(file, JSON.stringify(state));
  return content.medium;
};

describe('a daemon that is killed between an interrupted attempt and the reading of its medium', SLOW, () => {
  it('leaves the reading to the next one', async () => {
    const { daemon, api, drive, job, mediumAfter } = await interruptedUnread();
    await daemon.start();
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    expect(await mediumAfter()).toMatchObject({ state: 'appendable' });
    expect((await api.copies(job))[0]!.tries).toMatchObject([{ state: 'interrupted' }]);
  });

  it('leaves it unknown where the medium was taken out, and takes no other one for it', async () => {
    const { daemon, api, drive, mediumAfter } = await interruptedUnread();
    await endProcesses(() => daemon.processes());
    change(daemon, drive, null);
    await daemon.start();
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'empty');
    const found = await mediumAfter();
    expect(found).toMatchObject({ state: 'unknown', remedy: expect.stringContaining('taken out') as string });
    await api.insert(drive, { blank: 'dvd+r' });
    await daemon.restart();
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    expect(await mediumAfter()).toEqual(found);
  });

  it.each([
    ['', {}],
    [', of a disc that was being closed', { phase: 'close' }],
    [', in a drive that tells of no media', { model: 'usb-bridge' }],
  ] as const)('takes no blank that was put in meanwhile for it%s', async (_what, how) => {
    const { daemon, api, spare, drive, mediumAfter } = await interruptedUnread(how);
    await endProcesses(() => daemon.processes());
    change(daemon, drive, change(daemon, spare, null));
    await daemon.start();
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    expect(await mediumAfter()).toMatchObject({ state: 'unknown' });
  });
});
