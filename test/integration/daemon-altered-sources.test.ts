import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../src/jobs/records.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
const isRoot = process.getuid?.() === 0;
let drive: string;

beforeAll(async () => {
  drive = await api.addDrive({ blank: 'dvd+rw' });
  fillFolder(daemon.source, 'good', 1);
});

const insteadOf = (path: string, make: (path: string) => void): void => {
  rmSync(path);
  make(path);
};

type Alteration = readonly [string, (path: string) => void, readonly string[], boolean];

/** What may become of a file, and what a job that records it fails with. */
const ALL: readonly Alteration[] = [
  [
    'grows',
    (path) => {
      appendFileSync(path, 'more');
    },
    ['source-changed'],
    false,
  ],
  [
    'shrinks',
    (path) => {
      truncateSync(path, 1000);
    },
    ['source-changed'],
    false,
  ],
  [
    'vanishes',
    (path) => {
      rmSync(path);
    },
    ['source-missing'],
    false,
  ],
  [
    'turns into a link',
    (path) => {
      insteadOf(path, (at) => {
        symlinkSync('/etc/hostname', at);
      });
    },
    ['source-changed', 'source-outside-root', 'source-unsupported'],
    false,
  ],
  [
    'turns into a FIFO',
    (path) => {
      insteadOf(path, (at) => {
        execFileSync('mkfifo', [at]);
      });
    },
    ['source-changed', 'source-unsupported'],
    false,
  ],
  [
    'turns into a device',
    (path) => {
      insteadOf(path, (at) => {
        execFileSync('mknod', [at, 'c', '1', '3']);
      });
    },
    ['source-changed', 'source-unsupported'],
    true,
  ],
];

const ALTERATIONS = ALL.filter(([, , , needsRoot]) => isRoot || !needsRoot);
if (!isRoot) it.skip('a file that turns into a device [root]');

const makeImage = async (folder: string): Promise<Image> => {
  const { id } = (
    await api.post('/v1/images', {
      type: 'data',
      sources: [{ at: '/', root: 'source', path: folder }],
      spool: 'never',
    })
  ).body as Image;
  return api.imageUntil(id, ({ state }) => state !== 'mastering');
};

/** The drive takes another disc out of the same hand: nothing is locked, nothing stuck. */
const expectDriveUsable = async (): Promise<void> => {
  await api.post(`/v1/drives/${drive}/actions/eject`, {});
  await api.post(`/v1/drives/${drive}/actions/load`, {});
  const job = await api.submit(folderJob('good', { onNonBlank: 'erase' }, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

describe('a file that was mastered and', () => {
  it.each(ALTERATIONS)('%s before it is recorded ends the job with its path', async (what, alter, codes) => {
    const folder = `burn ${what}`;
    fillFolder(daemon.source, folder, 3);
    const image = await makeImage(folder);
    alter(join(daemon.source, folder, 'large.bin'));
    const job = await api.submit({
      type: 'image',
      image: image.id,
      drives: [drive],
      burn: { onNonBlank: 'erase' },
    });
    const ended = await api.ended(job);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(codes).toContain(ended.problem!.code);
    expect(ended.problem!.detail).toContain(`${folder}/large.bin`);
    const [copy] = await api.copies(job);
    expect(copy!.tries[0], 'the medium').toMatchObject({ touched: false });
    await expectDriveUsable();
  });
});

describe('a file that before it is mastered', () => {
  it.each(ALTERATIONS.slice(2).filter(([what]) => what !== 'turns into a link'))(
    '%s fails the job with its path, and no drive is asked',
    async (what, alter, codes) => {
      const folder = `scan ${what}`;
      fillFolder(daemon.source, folder, 1);
      alter(join(daemon.source, folder, 'large.bin'));
      const job = await api.submit({
        type: 'data',
        sources: [{ at: '/large.bin', root: 'source', path: `${folder}/large.bin` }],
        drives: [drive],
      });
      const ended = await api.ended(job);
      expect(ended).toMatchObject({ state: 'failed' });
      expect(codes).toContain(ended.problem!.code);
      expect(JSON.stringify(ended.problem)).toContain(`${folder}/large.bin`);
      expect((await api.copies(job)).flatMap(({ tries }) => tries)).toEqual([]);
    },
  );
});

/** Other bytes, with size and time kept: only the time of the last change (ctime) tells. */
const alterUnseen = (file: string): void => {
  const { atime, mtime, size } = statSync(file);
  const bytes = readFileSync(file);
  bytes[1_500_000]! ^= 1;
  writeFileSync(file, bytes, { flag: 'r+' });
  utimesSync(file, atime, mtime);
  expect(statSync(file)).toMatchObject({ size, mtimeMs: mtime.getTime() });
};

describe('a file that has other bytes for the second copy, with size and time kept,', () => {
  it('is found by the time of its last change (ctime), and named', async () => {
    const folder = 'between';
    fillFolder(daemon.source, folder, 2);
    const image = await makeImage(folder);
    const record = async () =>
      api.ended(
        await api.submit({ type: 'image', image: image.id, drives: [drive], burn: { onNonBlank: 'erase' } }),
      );
    expect(await record()).toMatchObject({ state: 'completed' });
    alterUnseen(join(daemon.source, folder, 'large.bin'));
    const second = await record();
    expect(second).toMatchObject({ state: 'failed', problem: { code: 'source-changed' } });
    expect(second.problem!.detail).toContain('large.bin');
    await expectDriveUsable();
  });
});

/** A job of two copies that has recorded the first one and waits for a disc for the second, which is put in once the file is altered. */
const altered = async (spool: 'never' | 'always', isSame: boolean) => {
  const folder = `two copies ${spool} ${isSame}`;
  fillFolder(daemon.source, folder, 2);
  const first = await api.addDrive({ blank: 'dvd+r' });
  const second = isSame ? first : await api.addDrive();
  const drives = [...new Set([first, second])];
  const job = await api.submit(folderJob(folder, {}, { drives, copies: 2, spool }));
  await api.jobUntil(job, ({ state, copies }) => state === 'waiting' && copies.good === 1);
  alterUnseen(join(daemon.source, folder, 'large.bin'));
  if (isSame) await api.exchange(second, { blank: 'dvd+r' });
  else await api.insert(second, { blank: 'dvd+r' });
  return { second, job, ended: await api.ended(job) };
};

describe('a file that is altered between two copies of one job', () => {
  it.each([
    ['in the same drive', true],
    ['in another drive', false],
  ])('costs no second disc %s, whose try names it, and takes nothing from the first', async (_, isSame) => {
    const { second, job, ended } = await altered('never', isSame);
    expect(ended).toMatchObject({ state: 'completed', outcome: 'partial', copies: { good: 1, bad: 1 } });
    const [good, bad] = await api.copies(job);
    expect(good!.tries).toMatchObject([{ state: 'good' }]);
    expect(bad!.tries).toMatchObject([{ touched: false, problem: { code: 'source-changed' } }]);
    expect(bad!.tries[0]!.problem!.detail).toContain('large.bin');
    const { medium } = await api.driveUntil(second, ({ holding }) => holding === 'free');
    expect(medium!.status).toBe('empty');
  });

  it('is nothing to a job that has a spool', async () => {
    const { ended } = await altered('always', true);
    expect(ended).toMatchObject({ state: 'completed', outcome: 'ok', copies: { good: 2 } });
  });
});
