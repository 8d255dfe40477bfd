/**
 * Others append to discs that our daemon recorded, and jobs append to discs that others recorded. A disc goes from one to
 * the other as it would by hand: it is taken out of one drive and put into another.
 */
import { beforeAll, describe, expect } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import { sharedDaemon } from '../support/daemon.js';
import { keptDiscs } from '../support/kept-discs.js';
import { cell } from '../support/matrix-cell.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { type Cdrecord, cdrecord, expectRecorded, msinfo, succeed, xorriso } from './programs.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => {
  for (const name of ['ours', 'more']) fillFolder(daemon.source, name);
});

const aDisc = keptDiscs(daemon.state);

/** A job records a folder of the root on a disc and leaves it open; where the next session will begin. */
const burn = async (disc: string, folder: string): Promise<{ start: number; next: number | undefined }> => {
  const drive = await api.addDrive();
  await api.insert(drive, { medium: disc });
  const options = { onNonBlank: 'append', close: 'session' };
  const job = await api.submit(folderJob(folder, options, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  const proof = (await api.copies(job))[0]!.tries.at(-1)!.proof as unknown as {
    placement: { start: number };
  };
  const { medium } = await api.driveUntil(
    drive,
    ({ holding, contents }) => holding === 'free' && contents === 'ready',
  );
  await api.delete(`/v1/virtual-drives/${drive}/medium`);
  return { start: proof.placement.start, next: medium?.nextWritable };
};

/** The readme of the session that begins at a block, as xorriso reads it; of the last one where no block is given. */
const readmeOf = async (bench: BurnBench, block?: number): Promise<string> => {
  const load = block === undefined ? [] : ['-load', 'sbsector', String(block)];
  const out = `readme-${block ?? 'last'}`;
  await xorriso(bench, ...load, '-indev', DEVICE, '-osirrox', 'on', '-extract', '/readme.txt', out);
  return succeed(bench, 'cat', out);
};

/** Blocks at which sessions begin, as xorriso finds them in the table of contents. */
const sessionsOf = async (bench: BurnBench): Promise<number[]> => {
  const toc = await xorriso(bench, '-indev', DEVICE, '-toc');
  return [...toc.matchAll(/^(?:ISO|Other) session\s*:\s+\d+ ,\s+(\d+) ,/gm)].map(([, start]) =>
    Number(start),
  );
};

const SEQUENTIAL = ['cd-r', 'dvd-r', 'dvd+r', 'bd-r'] as const;
const MODE = 'session behind one of ours';

describe.skipIf(!canRun('xorriso') || !canRun('cdrskin') || !canRun('growisofs') || !canRun('wodim'))(
  'others append to a disc of ours',
  () => {
    /** What they found on the disc is where it was; the next session begins where our daemon had said. */
    const appended = async (
      blank: BlankName,
      append: (bench: BurnBench) => Promise<void>,
    ): Promise<BurnBench> => {
      const { name, folder } = aDisc(blank);
      const { next } = await burn(name, 'ours');
      const bench = await burnBench({ blank, mediumFolder: folder });
      const before = await bench.recorded({ session: 1 });
      expect(await msinfo(bench, 'cdrskin')).toEqual([0, next]);
      await append(bench);
      expectRecorded(await bench.recorded({ session: 1 }), before);
      expect(await sessionsOf(bench)).toEqual([0, next]);
      expect(await readmeOf(bench, 0)).toContain('folder ours');
      return bench;
    };

    const addFile = (bench: BurnBench): Buffer => bench.randomFile('added', 60);

    cell({ medium: SEQUENTIAL, mode: MODE, performer: 'xorriso' }, async (blank) => {
      const bench = await appended(blank, async (it) => {
        addFile(it);
        await xorriso(it, '-dev', DEVICE, '-map', 'added', '/added', '-commit');
      });
      expect(await readmeOf(bench)).toContain('folder ours');
      expect(await xorriso(bench, '-indev', DEVICE, '-compare', 'added', '/added')).not.toMatch(/differ/i);
    });

    cell({ medium: ['dvd-r', 'dvd+r', 'bd-r'], mode: MODE, performer: 'growisofs' }, async (blank) => {
      const bench = await appended(blank, async (it) => {
        addFile(it);
        await succeed(it, 'growisofs', '-M', DEVICE, '-R', '-quiet', 'added');
      });
      expect(await readmeOf(bench)).toContain('folder ours');
      expect(await xorriso(bench, '-indev', DEVICE, '-compare', 'added', '/added')).not.toMatch(/differ/i);
    });

    for (const [program, media] of [
      ['cdrskin', SEQUENTIAL],
      ['wodim', ['cd-r']],
    ] as const satisfies (readonly [Cdrecord, readonly BlankName[]])[])
      cell({ medium: media, mode: MODE, performer: program }, async (blank) => {
        await appended(blank, async (it) => {
          const image = addFile(it);
          await cdrecord(it, program, '-multi', '-tao', '-data', 'added');
          expectRecorded(await it.recorded({ session: 2 }), image);
        });
      });
  },
);

describe.skipIf(!canRun('xorriso') || !canRun('cdrskin') || !canRun('growisofs') || !canRun('genisoimage'))(
  'a job appends to a disc of others',
  () => {
    const first: Record<string, (bench: BurnBench) => Promise<unknown>> = {
      wodim: async (bench) => {
        await succeed(bench, 'genisoimage', '-quiet', '-R', '-o', 'theirs.iso', 'readme.txt');
        await cdrecord(bench, 'wodim', '-multi', '-tao', '-data', 'theirs.iso');
      },
      growisofs: (bench) => succeed(bench, 'growisofs', '-Z', DEVICE, '-R', '-quiet', 'readme.txt'),
      xorriso: (bench) => xorriso(bench, '-dev', DEVICE, '-map', 'readme.txt', '/readme.txt', '-commit'),
    };

    for (const [program, media] of [
      ['wodim', ['cd-r']],
      ['growisofs', ['dvd-r', 'dvd+r']],
      ['xorriso', SEQUENTIAL],
    ] as const)
      cell(
        { medium: media, mode: `session behind one of ${program}`, performer: 'our engine' },
        async (blank) => {
          const { name, folder } = aDisc(blank);
          const theirs = await burnBench({ blank, mediumFolder: folder });
          await succeed(theirs, 'sh', '-c', 'echo folder theirs > readme.txt');
          await first[program]!(theirs);
          const before = await theirs.recorded({ session: 1 });
          const [, next] = await msinfo(theirs, 'cdrskin');
          await theirs.drive.close();

          expect((await burn(name, 'more')).start).toBe(next);
          const bench = await burnBench({ blank, mediumFolder: folder });
          expectRecorded(await bench.recorded({ session: 1 }), before);
          expect(await sessionsOf(bench)).toEqual([0, next]);
          expect(await readmeOf(bench)).toContain('folder more');
          expect(await readmeOf(bench, 0)).toContain('folder theirs');
        },
      );
  },
);
