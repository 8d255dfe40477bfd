import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder', 4));

/** The end of a job on a drive of its own with which something goes wrong. */
const burnWith = async (blank: string, faults: readonly object[], more: object = {}) => {
  const drive = await api.addDrive({ blank });
  await api.faults(drive, faults);
  const job = await api.ended(await api.submit(folderJob('folder', {}, { drives: [drive], ...more })));
  const [copy] = await api.copies(job.id);
  return { drive, job, copy: copy!, attempt: copy!.tries.at(-1)! };
};

/** The drive is of use again after what went wrong was taken away. */
const expectUsable = async (drive: string): Promise<void> => {
  await api.driveUntil(drive, ({ holding }) => holding === 'free');
  await api.faults(drive, []);
  await api.exchange(drive, { blank: 'cd-r' });
  const next = await api.submit(folderJob('folder', { verify: 'none' }, { drives: [drive] }));
  expect(await api.ended(next)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

describe('a drive with which something goes wrong', () => {
  it('cannot write a block: the copy is bad, with the sense of the drive', async () => {
    const { drive, job, copy, attempt } = await burnWith('dvd+r', [
      { when: { lba: 512, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } },
    ]);
    expect(job).toMatchObject({ state: 'failed', copies: { bad: 1 }, problem: { code: 'write-failed' } });
    expect(copy.problem!.scsi).toMatchObject({ command: 'WRITE (10)', sense: '3/0C/00' });
    expect(attempt.mediumAfter).toMatchObject({ state: 'appendable' });
    expect(copy.problem!.detail).toContain(attempt.mediumAfter!.remedy);
    await expectUsable(drive);
  });

  it('loses a write and says that it was good: verification names blocks and file', async () => {
    const { drive, job, copy } = await burnWith('dvd+r', [
      { when: { lba: 1000, access: 'write' }, do: { action: 'lost-write' }, times: 1 },
    ]);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'verify-mismatch' } });
    expect(copy.problem!.detail).toMatch(/blocks \d+ to \d+ \(\/large\.bin\)/);
    expect(copy.problem!.errors).toMatchObject([{ pointer: '/large.bin' }]);
    await expectUsable(drive);
  });

  it('cannot read a block back: verification names it and its file', async () => {
    const { job, copy } = await burnWith('dvd+r', [
      { when: { lba: 1500, access: 'read' }, do: { action: 'sense', sense: '3/11/00' } },
    ]);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'verify-unreadable' } });
    expect(copy.problem!.detail).toContain('block 1500 (/large.bin)');
  });

  it('takes fewer blocks than the medium announced', async () => {
    const { drive, job } = await burnWith('dvd+r', [
      { when: { lba: 0, access: 'write' }, do: { action: 'capacity', blocks: 800 }, times: 1 },
    ]);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'medium-full' } });
    await expectUsable(drive);
  });

  it('does not answer in time', async () => {
    const { job, attempt } = await burnWith('dvd+r', [
      { when: { lba: 640, access: 'write' }, do: { action: 'hang', ms: 200 }, times: 1 },
    ]);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'drive-timeout' } });
    expect(attempt).toMatchObject({ state: 'bad', touched: true });
  });

  it('is reset in the middle of its work', async () => {
    const { job } = await burnWith('dvd+r', [
      { when: { lba: 640, access: 'write' }, do: { action: 'reset' }, times: 1 },
    ]);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'drive-reset' } });
  });

  it('is unplugged: it is lost, and another drive that records is not disturbed', async () => {
    const other = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(other, [slowWrites(1500)]);
    const good = await api.submit(folderJob('folder', {}, { drives: [other] }));
    const { drive, job, attempt } = await burnWith('dvd+r', [
      { when: { lba: 640, access: 'write' }, do: { action: 'unplug' }, times: 1 },
    ]);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'drive-lost' } });
    expect(attempt.mediumAfter).toMatchObject({ state: 'unknown' });
    expect(await api.driveUntil(drive, ({ holding }) => holding !== 'busy')).toMatchObject({
      holding: 'absent',
    });
    expect(await api.ended(good)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it.each(['worker', 'process'] as const)(
    'is unplugged with its home in a %s: it comes back when a hand does something at it',
    async (home) => {
      const drive = await api.addDrive({ blank: 'dvd+r', home });
      await api.faults(drive, [{ when: { command: 1 }, do: { action: 'unplug' } }]);
      await api.driveUntil(drive, ({ holding }) => holding === 'absent');
      await api.faults(drive, []);
      await expectUsable(drive);
    },
  );

  it.each(['worker', 'process'] as const)(
    'hangs for good with its home in a %s: it answers again when a hand does something at it',
    async (home) => {
      const drive = await api.addDrive({ blank: 'dvd+r', home });
      await api.faults(drive, [{ when: { command: 1 }, do: { action: 'hang' } }]);
      await api.faults(drive, []);
      await expectUsable(drive);
    },
  );

  it('fails on one disc of a job that may use two', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [
      { when: { lba: 512, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' }, times: 1 },
    ]);
    const job = await api.submit(folderJob('folder', {}, { drives: [drive], maxAttempts: 2 }));
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'wrong-medium', drive }]);
    await api.exchange(drive, { blank: 'dvd+r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('leaves a transcript in which the command can be found that failed', async () => {
    const { job } = await burnWith('dvd+r', [
      { when: { lba: 512, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } },
    ]);
    const lines = (await api.get(`/v1/jobs/${job.id}/transcript`)).bytes.toString().trim().split('\n');
    const commands = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(commands.length).toBeGreaterThan(20);
    expect(JSON.stringify(commands)).toContain('WRITE (10)');
  });
});

describe('a source that changes while it is recorded', () => {
  /** A job that reads its source as it records, held long enough to do something to the source. */
  const recording = async (folder: string) => {
    fillFolder(daemon.source, folder, 48);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [slowWrites(3000)]);
    const job = await api.submit(folderJob(folder, {}, { drives: [drive], spool: 'never' }));
    await api.working(drive, 'write');
    return { job, drive };
  };

  it('stops the copy and is named', async () => {
    const { job, drive } = await recording('altered');
    appendFileSync(join(daemon.source, 'altered', 'large.bin'), 'more');
    const ended = await api.ended(job);
    expect(ended).toMatchObject({ state: 'failed', problem: { code: 'source-changed' } });
    expect(ended.problem!.detail).toContain('altered/large.bin');
    await expectUsable(drive);
  });

  it('is told as missing when it vanishes before it was opened', async () => {
    fillFolder(daemon.source, 'vanishing', 1);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const image = (
      await api.post('/v1/images', {
        type: 'data',
        sources: [{ at: '/', root: 'source', path: 'vanishing' }],
        spool: 'never',
      })
    ).body as { id: string };
    await api.imageUntil(image.id, ({ state }) => state === 'ready');
    rmSync(join(daemon.source, 'vanishing', 'large.bin'));
    const burned = await api.submit({ type: 'image', image: image.id, drives: [drive] });
    expect(await api.ended(burned)).toMatchObject({ state: 'failed', problem: { code: 'source-missing' } });
  });

  it('does not matter to a job that has spooled it', async () => {
    fillFolder(daemon.source, 'spooled', 4);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [slowWrites(1500)]);
    const job = await api.submit(folderJob('spooled', {}, { drives: [drive], spool: 'always' }));
    await api.working(drive, 'write');
    writeFileSync(join(daemon.source, 'spooled', 'large.bin'), 'another');
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});
