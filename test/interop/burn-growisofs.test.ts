/** growisofs records on every DVD and BD that its manual names, in each of its ways. DVD+RW DL it calls "not supported". */
import { describe, expect } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { expectFiles, expectRecorded, mediainfo, modelFor, succeed } from './programs.js';

const growisofs = (bench: BurnBench, ...argv: string[]): Promise<string> =>
  succeed(bench, 'growisofs', ...argv);

/** Records an image and finds it on the medium. */
const record = async (bench: BurnBench, blocks: number, ...options: string[]): Promise<void> => {
  const image = bench.randomFile('x.iso', blocks);
  await growisofs(bench, ...options, '-Z', `${DEVICE}=x.iso`);
  expectRecorded(await bench.recorded(), image);
};

const BD_R = ['bd-r', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] as const;
const BD_RE = ['bd-re', 'bd-re-dl', 'bd-re-xl'] as const;
const IMAGES = ['dvd+r', 'dvd+r-dl', 'dvd+rw', 'dvd-ram', ...BD_R, ...BD_RE] as const;
/** Blocks that it keeps to replace others where it is asked for as few as it can be. */
const LEAST_SPARES = [
  ['bd-r', 131_072],
  ['bd-r-dl', 262_144],
  ['bd-r-xl-100', 524_288],
  ['bd-r-xl-128', 524_288],
  ['bd-re', 131_072],
  ['bd-re-dl', 262_144],
  ['bd-re-xl', 524_288],
] as const;
const DVD_MINUS = ['dvd-r', 'dvd-rw'] as const;

describe.skipIf(!canRun('growisofs'))('growisofs burns to our drive', () => {
  // A DVD-RAM by write(2), as a block device.
  cell({ medium: IMAGES, mode: 'image', performer: 'growisofs', always: 'dvd+r' }, async (blank) => {
    const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 2 });
    await record(bench, 1000);
  });

  cell({ medium: DVD_MINUS, mode: 'incremental', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank, slowCommands: 2 });
    await record(bench, 1000);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+appendable/);
  });

  cell({ medium: DVD_MINUS, mode: 'disc at once', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank });
    await record(bench, 1008, '-use-the-force-luke=dao');
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
    expect((await bench.run('growisofs', '-M', `${DEVICE}=x.iso`)).status).not.toBe(0);
  });

  // It rounds the transfer, not the CDB, which USB bridges stall on as well (Debian #794868).
  cell(
    {
      medium: 'dvd-r',
      mode: 'disc at once, an end shorter than an ECC block',
      performer: 'growisofs',
      refusal:
        'it sends a whole ECC block where its last WRITE announces less of one, also to real drives (Debian #794868)',
    },
    async () => {
      const bench = await burnBench({ blank: 'dvd-r' });
      bench.randomFile('x.iso', 1003);
      const { output } = await bench.run('growisofs', '-use-the-force-luke=dao', '-Z', `${DEVICE}=x.iso`);
      expect(output).toMatch(/WRITE@LBA=3e0h failed with SK=Bh/);
    },
  );

  cell(
    {
      medium: 'dvd-r-dl',
      mode: 'image of less than half of it',
      performer: 'growisofs',
      refusal:
        'by its own rule: the drive would pad layer 1 to the length of layer 0, and more than half of the disc be wasted',
    },
    async () => {
      const bench = await burnBench({ blank: 'dvd-r-dl' });
      bench.randomFile('x.iso', 1008);
      const { output } = await bench.run('growisofs', '-Z', `${DEVICE}=x.iso`);
      expect(output).toMatch(/more than 50% of space will be \*wasted\*/);
    },
  );

  // A DVD+RW gets the lead-out that it does not need.
  cell(
    {
      medium: [...DVD_MINUS, 'dvd+r', 'dvd+r-dl', 'dvd+rw'],
      mode: 'closed for good',
      performer: 'growisofs',
    },
    async (blank) => {
      const bench = await burnBench({ blank });
      await record(bench, 1008, '-dvd-compat');
      if (blank !== 'dvd+rw') {
        expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
        expect((await bench.run('growisofs', '-M', `${DEVICE}=x.iso`)).status).not.toBe(0);
      }
    },
  );

  // And closes it at the minimal radius.
  cell(
    { medium: 'dvd+r-dl', mode: 'layer break by choice, closed for good', performer: 'growisofs' },
    async () => {
      const bench = await burnBench({ blank: 'dvd+r-dl' });
      await record(bench, 1000, '-use-the-force-luke=break:512', '-dvd-compat');
      expect(bench.log).toContain('bf 00 00 00 00 00 00 20 00 0c 00 00: good');
      expect(bench.log).toContain('5b 01 05 00 00 00 00 00 00 00: good');
    },
  );

  cell({ medium: DVD_MINUS, mode: 'test write', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank });
    bench.randomFile('x.iso', 600);
    await growisofs(bench, '-use-the-force-luke=dummy', '-Z', `${DEVICE}=x.iso`);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+blank/);
  });

  cell(
    { medium: ['dvd+rw', 'dvd-ram', ...BD_RE], mode: 'overwritten', performer: 'growisofs' },
    async (blank) => {
      const bench = await burnBench({ blank, model: modelFor(blank) });
      for (const blocks of [700, 300]) await record(bench, blocks);
    },
  );

  cell({ medium: 'dvd-rw', mode: 'restricted overwrite', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'dvd-rw' });
    await succeed(bench, 'dvd+rw-format', '-force', DEVICE);
    for (const blocks of [300, 900, 200]) await record(bench, blocks);
    const told = await mediainfo(bench);
    expect(told).toMatch(/Mounted Media:\s+13h, DVD-RW Restricted Overwrite/);
    expect(told).toMatch(/formatted:\s+912\*2048/);
  });

  // With an empty session.
  cell({ medium: 'bd-r', mode: 'session left open', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'bd-r' });
    await record(bench, 1000, '-use-the-force-luke=spare:none');
    const told = await mediainfo(bench);
    expect(told).toMatch(/Disc status: +appendable/);
    expect(told).toMatch(/Number of Sessions: +2/);
    expect(told).toMatch(/Next Writable Address: +1024\*2KB/);
    expect(told).toMatch(/Media ID: +CMCMAG\/BA5/);
  });

  // Without spares a BD-R keeps sessions; with them it could be overwritten.
  for (const [medium, leastSpares] of LEAST_SPARES)
    for (const [spares, mode, area] of [
      ['none', 'image, no spares', 0],
      ['min', 'image, least spares', leastSpares],
    ] as const)
      cell({ medium, mode, performer: 'growisofs' }, async (blank) => {
        const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 2 });
        await record(bench, 1000, `-use-the-force-luke=spare:${spares}`);
        const told = await mediainfo(bench);
        const isWrittenOnce = blank.startsWith('bd-r-') || blank === 'bd-r';
        expect(told).toMatch(isWrittenOnce ? (area > 0 ? /BD-R SRM\+POW/ : /BD-R SRM\n/) : /BD-RE\n/);
        if (area > 0) expect(told).toMatch(new RegExp(`Spare Area: +${area}/${area}`));
        else expect(told).not.toContain('Spare Area');
      });
});

const NO_SPARES = ['-use-the-force-luke=spare:none'];
const GROWN: readonly (readonly [string, readonly BlankName[], readonly string[]])[] = [
  ['volume with sessions', [...DVD_MINUS, 'dvd+r', 'dvd+r-dl'], []],
  ['volume with sessions', BD_R, NO_SPARES],
  ['volume grown', ['dvd+rw', 'dvd-ram', ...BD_RE], []],
  ['volume grown, no spares', BD_RE, NO_SPARES],
  ['volume grown by pseudo overwrite', BD_R, []],
  ['volume grown, restricted overwrite', ['dvd-rw'], []],
];

describe.skipIf(!canRun('growisofs') || !canRun('genisoimage') || !canRun('xorriso'))(
  'growisofs grows what is on our drive',
  () => {
    for (const [mode, media, options] of GROWN)
      cell({ medium: media, mode, performer: 'growisofs' }, async (blank) => {
        const bench = await burnBench({ blank, model: modelFor(blank) });
        if (mode.endsWith('restricted overwrite')) await succeed(bench, 'dvd+rw-format', '-force', DEVICE);
        const names = ['one', 'two', 'three'];
        for (const [index, name] of names.entries()) {
          bench.randomFile(name, 60);
          await growisofs(
            bench,
            ...(index === 0 ? options : []),
            index === 0 ? '-Z' : '-M',
            DEVICE,
            '-R',
            '-quiet',
            name,
          );
        }
        await expectFiles(bench, ...names);
      });

    cell(
      {
        medium: [...DVD_MINUS, 'dvd+r'],
        mode: 'volume with sessions, finalized',
        performer: 'growisofs',
      },
      async (blank) => {
        // A short one: what is left of it becomes zeros.
        const bench = await burnBench({ blank, capacity: 40_000 });
        bench.randomFile('one', 60);
        await growisofs(bench, '-Z', DEVICE, '-R', '-quiet', 'one');
        await growisofs(bench, '-M', `${DEVICE}=/dev/zero`);
        expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
        await expectFiles(bench, 'one');
      },
    );
  },
);
