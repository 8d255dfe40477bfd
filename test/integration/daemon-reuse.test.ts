import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => {
  for (const name of ['first', 'second']) fillFolder(daemon.source, name);
});

const burn = (folder: string, drive: string, options: object = {}, more: object = {}): Promise<string> =>
  api.submit(folderJob(folder, options, { drives: [drive], ...more }));

/** What isoinfo finds in /readme.txt of the medium in a drive. */
const readmeOn = async (drive: string): Promise<string> => {
  const image = join(temporaryFolder(), 'disc.iso');
  writeFileSync(image, await api.recorded(drive));
  return execFileSync('isoinfo', ['-R', '-i', image, '-x', '/readme.txt'], { encoding: 'utf8' });
};

describe('a medium that has been recorded before', () => {
  describe.each(['cd-rw', 'dvd+rw', 'bd-re'])('a %s', (blank) => {
    it.skipIf(!hasTool('isoinfo'))('is erased and recorded anew when that is asked for', async () => {
      const drive = await api.addDrive({ blank });
      await api.ended(await burn('first', drive));
      expect(await readmeOn(drive)).toBe('folder first\n');
      const again = await api.ended(await burn('second', drive, { onNonBlank: 'erase' }));
      expect(again).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect(await readmeOn(drive)).toBe('folder second\n');
    });
  });

  it('is left alone by default: the job waits and goes on when a blank is put in', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    await api.ended(await burn('first', drive));
    const before = await api.recorded(drive);

    const job = await burn('second', drive);
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'medium-not-blank', drive }]);
    expect((await api.recorded(drive)).equals(before)).toBe(true);

    await api.exchange(drive, { blank: 'dvd+r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it.each(['dvd+rw', 'bd-re'])(
    'is in use, though the first 64 KiB of a %s are empty, as some file systems leave them',
    async (blank) => {
      const drive = await api.addDrive({ blank });
      const image = Buffer.concat([Buffer.alloc(64 << 10), randomBytes(64 << 10)]);
      writeFileSync(join(daemon.source, 'late.img'), image);
      const source = { root: 'source', path: 'late.img' };
      await api.ended(await api.submit({ type: 'image', source, drives: [drive] }));

      const job = await burn('second', drive);
      const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
      expect(waiting.reasons).toMatchObject([{ code: 'medium-not-blank', drive }]);
      await api.post(`/v1/jobs/${job}/actions/cancel`);
      expect((await api.recorded(drive)).subarray(0, image.length).equals(image)).toBe(true);
    },
  );

  it('is in use for all that a drive knows that does not tell about discs', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    await api.ended(await burn('first', drive));
    const before = await api.recorded(drive);
    const READ_DISC_INFORMATION = 0x51;
    await api.faults(drive, [
      { when: { opcode: READ_DISC_INFORMATION }, do: { action: 'sense', sense: '5/24/00' } },
    ]);
    const job = await burn('second', drive);
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'medium-not-blank', drive }]);
    await api.post(`/v1/jobs/${job}/actions/cancel`);
    expect((await api.recorded(drive)).equals(before)).toBe(true);
  });

  it('is never erased when it can be written only once', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.ended(await burn('first', drive));
    const job = await burn('second', drive, { onNonBlank: 'erase' });
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'medium-not-erasable', drive }]);
  });

  it('does not make room for the second copy of its own job', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    const job = await burn('first', drive, { onNonBlank: 'erase' }, { copies: 2 });
    const waiting = await api.jobUntil(job, ({ state, copies }) => state === 'waiting' && copies.good === 1);
    expect(waiting.reasons).toMatchObject([{ code: 'wrong-medium', drive }]);

    await daemon.restart();
    expect((await api.job(job)).copies).toMatchObject({ good: 1, pending: 1 });

    await api.exchange(drive, { blank: 'dvd+rw' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', copies: { good: 2 } });
  });

  it.each(['cd-rw', 'dvd+rw', 'bd-re'])(
    'is known as a copy of its own job when a %s is put in again, in whatever drive',
    async (blank) => {
      const model = blank === 'bd-re' ? 'bd-writer' : 'dvd-writer';
      const [drive, other] = [await api.addDrive({ blank, model }), await api.addDrive()];
      const job = await burn('first', drive, { onNonBlank: 'erase' }, { copies: 2, drives: [drive, other] });
      await api.jobUntil(job, ({ state, copies }) => state === 'waiting' && copies.good === 1);
      const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
      await api.delete(`/v1/virtual-drives/${drive}/medium`);
      for (const place of [drive, other]) {
        await api.insert(place, { medium });
        const reason = { code: 'wrong-medium', drive: place };
        const seen = await api.jobUntil(job, ({ reasons }) =>
          reasons.some((found) => found.code === reason.code && found.drive === place),
        );
        expect(seen).toMatchObject({ state: 'waiting', copies: { good: 1 } });
        await api.delete(`/v1/virtual-drives/${place}/medium`);
      }
      await api.insert(other, { blank });
      expect(await api.ended(job)).toMatchObject({ state: 'completed', copies: { good: 2 } });
    },
  );

  it('makes room for another job after a person has put it in again', async () => {
    const drive = await api.addDrive({ blank: 'bd-re' });
    const job = await burn('first', drive, { onNonBlank: 'erase' });
    await api.ended(job);
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    await api.exchange(drive, { medium });
    const next = await api.ended(await burn('second', drive, { onNonBlank: 'erase' }));
    expect(next).toMatchObject({ state: 'completed' });
  });

  it('cannot lie in two drives at once', async () => {
    const [one, other] = [await api.addDrive({ blank: 'cd-r' }), await api.addDrive()];
    const { medium } = (await api.get(`/v1/virtual-drives/${one}`)).body as { medium: string };
    const problem = await api.refused('PUT', `/v1/virtual-drives/${other}/medium`, { medium });
    expect(problem).toMatchObject({ code: 'virtual-medium-in-use', status: 409 });
  });
});

describe('a source that is a random file', () => {
  it('is what the drives recorded, however often it is burned', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    const content = randomBytes(100 * 2048);
    writeFileSync(join(daemon.source, 'random.iso'), content);
    const request = {
      type: 'image',
      source: { root: 'source', path: 'random.iso' },
      drives: [drive],
      burn: { onNonBlank: 'erase' },
    };
    for (let round = 0; round < 3; round += 1) {
      expect(await api.ended(await api.submit(request))).toMatchObject({ state: 'completed' });
      expect((await api.recorded(drive)).subarray(0, content.length).equals(content)).toBe(true);
    }
  });
});
