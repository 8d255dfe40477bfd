/**
 * Programs of others begin the background format of a DVD+RW, stop it, go on with it and begin it anew, and record on what is formatted
 * in part; our engine goes on where they stopped, and they where it did.
 */
import { beforeAll, describe, expect } from 'vitest';

import { sharedDaemon } from '../support/daemon.js';
import { keptDiscs } from '../support/kept-discs.js';
import { cell } from '../support/matrix-cell.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { type Cdrecord, cdrecord, expectRecorded, mediainfo, succeed, xorriso } from './programs.js';

const FORMAT_UNIT = '04 11 00 00 00 00: good';
const STOP_FORMAT = '5b 01 00 00 00 00 00 00 00 00: good';
const CLOSE_SESSION = '5b 01 02 00 00 00 00 00 00 00: good';

/** As dvd+rw-mediainfo tells it. */
const formatStatus = async (bench: BurnBench): Promise<string | undefined> =>
  /BG Format Status:\s+(.+)/.exec(await mediainfo(bench))?.[1];

const expectSuspended = async (bench: BurnBench): Promise<void> => {
  expect(await formatStatus(bench)).toBe('suspended');
};

/** What a program sent since, in the order of sending. */
const sentBy = async (bench: BurnBench, work: () => Promise<unknown>): Promise<string[]> => {
  const before = bench.log.length;
  await work();
  const formatting = [FORMAT_UNIT, STOP_FORMAT, CLOSE_SESSION];
  return bench.log.slice(before).filter((line) => formatting.includes(line));
};

const growisofs = async (bench: BurnBench, blocks: number, ...options: string[]): Promise<Buffer> => {
  const image = bench.randomFile('x.iso', blocks);
  await succeed(bench, 'growisofs', ...options, '-Z', `${DEVICE}=x.iso`);
  return image;
};

const dvdRwFormat = (bench: BurnBench, ...options: string[]): Promise<string> =>
  succeed(bench, 'dvd+rw-format', ...options, DEVICE);

describe.skipIf(!canRun('dvd+rw-format') || !canRun('growisofs'))('a background format of others', () => {
  cell(
    { medium: 'dvd+rw', mode: 'background format stopped, then gone on with', performer: 'dvd+rw-format' },
    async (blank) => {
      const bench = await burnBench({ blank });
      // It begins one, and stops it once the image is recorded.
      const begun = await sentBy(bench, () => growisofs(bench, 500));
      expect(begun).toEqual([FORMAT_UNIT, STOP_FORMAT, CLOSE_SESSION]);
      await expectSuspended(bench);
      const image = await bench.recorded();
      expect(await sentBy(bench, () => dvdRwFormat(bench, '-lead-out'))).toEqual([
        FORMAT_UNIT,
        CLOSE_SESSION,
      ]);
      // FORMAT UNIT was the restart that loses nothing.
      expect((await bench.recorded()).equals(image)).toBe(true);
      await expectSuspended(bench);
    },
  );

  cell(
    { medium: 'dvd+rw', mode: 'background format stopped, then begun anew', performer: 'dvd+rw-format' },
    async (blank) => {
      const bench = await burnBench({ blank });
      await growisofs(bench, 500);
      const said = await bench.run('dvd+rw-format', DEVICE);
      expect(said.output).toContain('media is already formatted');
      await dvdRwFormat(bench, '-force');
      await expectSuspended(bench);
      const image = await growisofs(bench, 300);
      expectRecorded(await bench.recorded(), image);
    },
  );

  // Which needs no restart: the drive sets its format going again.
  cell(
    { medium: 'dvd+rw', mode: 'image, background format stopped', performer: 'growisofs', always: true },
    async (blank) => {
      const bench = await burnBench({ blank });
      await dvdRwFormat(bench);
      await expectSuspended(bench);
      let image: Buffer = Buffer.alloc(0);
      const sent = await sentBy(bench, async () => (image = await growisofs(bench, 700)));
      expect(sent).toEqual([STOP_FORMAT, CLOSE_SESSION]);
      expectRecorded(await bench.recorded(), image);
      await expectSuspended(bench);
    },
  );

  for (const program of ['xorriso', 'cdrskin'] as const satisfies readonly Cdrecord[])
    cell(
      { medium: 'dvd+rw', mode: 'image, background format stopped', performer: program },
      async (blank) => {
        const bench = await burnBench({ blank });
        const before = await growisofs(bench, 900);
        await bench.drive.pressEjectButton();
        await bench.drive.pressEjectButton();
        const image = bench.randomFile('y.iso', 320);
        // libburn sets it going by FORMAT UNIT.
        expect(await sentBy(bench, () => cdrecord(bench, program, 'y.iso'))).toContain(FORMAT_UNIT);
        const recorded = await bench.recorded();
        expectRecorded(recorded, image);
        // Behind it is what was there.
        expect(recorded.subarray(image.length, before.length).equals(before.subarray(image.length))).toBe(
          true,
        );
      },
    );

  cell(
    { medium: 'dvd+rw', mode: 'image, ejected while the background format runs', performer: 'growisofs' },
    async (blank) => {
      const bench = await burnBench({ blank });
      await xorriso(bench, '-outdev', DEVICE, '-format', 'full');
      expect(await formatStatus(bench)).toBe('in progress');
      await bench.drive.pressEjectButton();
      await bench.drive.pressEjectButton();
      await expectSuspended(bench);
      const image = await growisofs(bench, 400);
      expectRecorded(await bench.recorded(), image);
    },
  );

  // 2,000 blocks are formatted in less than half a second at 8x.
  cell(
    { medium: 'dvd+rw', mode: 'image, background format left to the drive', performer: 'xorriso' },
    async (blank) => {
      const bench = await burnBench({ blank, capacity: 2000, speed: 'realtime' });
      await xorriso(bench, '-outdev', DEVICE, '-format', 'full');
      await expect.poll(() => formatStatus(bench), { timeout: 60_000 }).toBe('complete');
      const image = bench.randomFile('x.iso', 640);
      const sent = await sentBy(bench, () => cdrecord(bench, 'xorriso', 'x.iso'));
      expect(sent).not.toContain(FORMAT_UNIT);
      expectRecorded(await bench.recorded(), image);
      expect(await formatStatus(bench)).toBe('complete');
    },
  );
});

describe.skipIf(!canRun('growisofs'))('a background format that goes from one to the other', () => {
  const daemon = sharedDaemon();
  const { api } = daemon;
  const aDisc = keptDiscs(daemon.state);

  beforeAll(() => {
    fillFolder(daemon.source, 'folder', 2);
  });

  /** Titles of the steps that were taken for the format. */
  const recordByUs = async (disc: string): Promise<string[]> => {
    const drive = await api.addDrive();
    await api.insert(drive, { medium: disc });
    const job = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const { items } = (await api.get(`/v1/jobs/${job}/plan`)).body as {
      items: { plan: { steps: { do: string; title: string }[] } }[];
    };
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    return items[0]!.plan.steps.filter((step) => step.do === 'format').map(({ title }) => title);
  };

  cell(
    { medium: 'dvd+rw', mode: 'background format of growisofs gone on with', performer: 'our engine' },
    async (blank) => {
      const { name, folder } = aDisc(blank);
      const theirs = await burnBench({ blank, mediumFolder: folder });
      await growisofs(theirs, 500);
      await expectSuspended(theirs);
      await theirs.drive.close();
      expect(await recordByUs(name)).toEqual(['Go on with the background format']);
      await expectSuspended(await burnBench({ blank, mediumFolder: folder }));
    },
  );

  cell(
    { medium: 'dvd+rw', mode: 'image, background format stopped by us', performer: 'growisofs' },
    async (blank) => {
      const { name, folder } = aDisc(blank);
      expect(await recordByUs(name)).toEqual(['Start the background format']);
      const bench = await burnBench({ blank, mediumFolder: folder });
      await expectSuspended(bench);
      // So told, it takes the volume that is there for one to be lost.
      const image = await growisofs(bench, 800, '-use-the-force-luke=tty');
      expectRecorded(await bench.recorded(), image);
    },
  );
});
