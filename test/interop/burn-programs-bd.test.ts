import { describe, expect } from 'vitest';

import type { ModelName } from '../../src/virtual/models.js';
import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

const ok = async (bench: BurnBench, program: string, ...argv: string[]): Promise<string> => {
  const { status, output } = await bench.run(program, ...argv);
  expect(status, `${program} ${argv.join(' ')}\n${output}`).toBe(0);
  return output;
};

const expectRecorded = (recorded: Buffer, image: Buffer): void => {
  expect(recorded.subarray(0, image.length).equals(image), 'recorded bytes equal the image').toBe(true);
};

const mediainfo = (bench: BurnBench): Promise<string> => ok(bench, 'dvd+rw-mediainfo', DEVICE);
const cdrskin = (bench: BurnBench, ...argv: string[]): Promise<string> =>
  ok(bench, 'cdrskin', '-v', `dev=${DEVICE}`, ...argv);
const xorriso = (bench: BurnBench, ...argv: string[]): Promise<string> =>
  ok(bench, 'xorriso', '-abort_on', 'FAILURE', ...argv);

/** growisofs' own options: spares as it likes, none, or as few as there may be. */
const SPARES = [
  ['bd-r', 'image', [], /BD-R SRM\+POW/, /Spare Area: +131072\/131072/],
  ['bd-r', 'image, no spares', ['-use-the-force-luke=spare:none'], /BD-R SRM\n/, undefined],
  [
    'bd-r',
    'image, least spares',
    ['-use-the-force-luke=spare:min'],
    /BD-R SRM\+POW/,
    /Spare Area: +131072\/131072/,
  ],
  ['bd-re', 'image, no spares', ['-use-the-force-luke=spare:none'], /BD-RE\n/, undefined],
  [
    'bd-re',
    'image, least spares',
    ['-use-the-force-luke=spare:min'],
    /BD-RE\n/,
    /Spare Area: +131072\/131072/,
  ],
] as const;

describe.skipIf(!canRun('growisofs') || !canRun('dvd+rw-mediainfo'))('growisofs and its company', () => {
  for (const [medium, mode, options, profile, spares] of SPARES)
    cell({ medium, mode, performer: 'growisofs' }, async (blank) => {
      const bench = await burnBench({ blank, slowCommands: 2 });
      const image = bench.randomFile('x.iso', 1000);
      await ok(bench, 'growisofs', ...options, '-Z', `${DEVICE}=x.iso`);
      expectRecorded(await bench.recorded(), image);
      const told = await mediainfo(bench);
      expect(told).toMatch(profile);
      if (spares === undefined) expect(told).not.toContain('Spare Area');
      else expect(told).toMatch(spares);
    });

  cell({ medium: ['bd-r-xl-128', 'bd-re-dl'], mode: 'image', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank, model: 'bdxl-writer' });
    const image = bench.randomFile('x.iso', 300);
    await ok(bench, 'growisofs', '-Z', `${DEVICE}=x.iso`);
    expectRecorded(await bench.recorded(), image);
  });

  // With an empty session.
  cell({ medium: 'bd-r', mode: 'session left open', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'bd-r' });
    bench.randomFile('x.iso', 1000);
    await ok(bench, 'growisofs', '-use-the-force-luke=spare:none', '-Z', `${DEVICE}=x.iso`);
    const told = await mediainfo(bench);
    expect(told).toMatch(/Disc status: +appendable/);
    expect(told).toMatch(/Number of Sessions: +2/);
    expect(told).toMatch(/Next Writable Address: +1024\*2KB/);
    expect(told).toMatch(/Media ID: +CMCMAG\/BA5/);
  });

  // Its formats too.
  cell({ medium: 'bd-r', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const told = await mediainfo(await burnBench({ blank: 'bd-r' }));
    expect(told).toMatch(/Disc status: +blank/);
    expect(told).toMatch(/00h\(3000\):\s+11826176\*2048/);
    expect(told).toMatch(/32h\(1000\):\s+12088320\*2048/);
    expect(told).toMatch(/Free Blocks: +12219392\*2KB/);
  });

  for (const [spares, blocks, told] of [
    ['default', '11826176', /Spare Area: +393216\/393216/],
    ['max', '11564032', /Spare Area: +655360\/655360/],
    ['256m', '12088320', /Spare Area: +131072\/131072/],
    ['none', '12219392', undefined],
  ] as const)
    cell({ medium: 'bd-re', mode: `formatted, spares ${spares}`, performer: 'dvd+rw-format' }, async () => {
      const bench = await burnBench({ blank: 'bd-re', slowCommands: 3 });
      await ok(bench, 'dvd+rw-format', `-ssa=${spares}`, DEVICE);
      const output = await mediainfo(bench);
      expect(output).toMatch(new RegExp(`formatted:\\s+${blocks}\\*2048`));
      if (told) expect(output).toMatch(told);
    });
});

const GROWN = [
  ['sessions', 'bd-r', ['-use-the-force-luke=spare:none']],
  ['grown by pseudo overwrite', 'bd-r', []],
  ['grown, no spares', 'bd-re', ['-use-the-force-luke=spare:none']],
] as const;

describe.skipIf(!canRun('growisofs') || !canRun('genisoimage') || !canRun('xorriso'))(
  'growisofs grows',
  () => {
    for (const [mode, medium, options] of GROWN)
      cell({ medium, mode, performer: 'growisofs' }, async (blank) => {
        const bench = await burnBench({ blank });
        for (const name of ['one', 'two', 'three']) bench.randomFile(name, 60);
        await ok(bench, 'growisofs', ...options, '-Z', DEVICE, '-R', '-quiet', 'one');
        for (const name of ['two', 'three']) await ok(bench, 'growisofs', '-M', DEVICE, '-R', '-quiet', name);
        const compared = ['one', 'two', 'three'].flatMap((name) => ['-compare', name, `/${name}`]);
        const output = await xorriso(bench, '-indev', DEVICE, '-lsl', '/', ...compared);
        for (const name of ['one', 'two', 'three']) expect(output).toContain(`'/${name}'`);
        expect(output).not.toMatch(/differ/i);
      });
  },
);

describe.skipIf(!canRun('cdrskin'))('cdrskin', () => {
  // And finalizes it.
  cell({ medium: 'bd-r', mode: 'sessions', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'bd-r', slowCommands: 2 });
    const one = bench.randomFile('1.iso', 1000);
    const two = bench.randomFile('2.iso', 60);
    await cdrskin(bench, '-multi', '-data', '1.iso');
    expect(await cdrskin(bench, '-msinfo')).toContain('0,1024');
    await cdrskin(bench, '-data', '2.iso');
    expectRecorded(await bench.recorded(), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
    expect(await cdrskin(bench, '-toc')).toContain('2 sessions, 2 tracks, closed BD-R');
  });

  cell({ medium: 'bd-r', mode: 'formatted, image', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'bd-r', slowCommands: 2 });
    const image = bench.randomFile('x.iso', 500);
    await cdrskin(bench, 'blank=format_defectmgt');
    await cdrskin(bench, '-multi', '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });

  cell({ medium: 'bd-re', mode: 'formatted, streamed', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'bd-re', slowCommands: 2 });
    const image = bench.randomFile('x.iso', 1000);
    await cdrskin(bench, 'blank=format_defectmgt_min');
    await cdrskin(bench, 'stream_recording=on', '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
    expect(
      bench.log.some((line) => /^aa .* 80 00: good$/.test(line)),
      'by WRITE (12)',
    ).toBe(true);
    expect(await cdrskin(bench, '--list_formats')).toContain(
      'BD Spare Area: 0 blocks consumed, 131072 blocks available',
    );
  });
});

describe.skipIf(!canRun('xorriso'))('xorriso', () => {
  // And closes it for good.
  cell({ medium: 'bd-r', mode: 'formatted, sessions', performer: 'xorriso' }, async () => {
    const bench = await burnBench({ blank: 'bd-r', slowCommands: 2 });
    for (const name of ['one', 'two']) bench.randomFile(name, 60);
    await xorriso(bench, '-outdev', DEVICE, '-format', 'by_index_2_fast');
    await xorriso(bench, '-dev', DEVICE, '-map', 'one', '/one', '-commit');
    await xorriso(bench, '-dev', DEVICE, '-map', 'two', '/two', '-close', 'on', '-commit');
    const output = await xorriso(
      bench,
      ...['-indev', DEVICE, '-toc', '-compare', 'one', '/one', '-compare', 'two', '/two'],
    );
    expect(output).toMatch(/Media status : is written , is closed/);
    expect(output).toMatch(/ISO session +: +2 ,/);
    expect(output).not.toMatch(/differ/i);
  });

  cell(
    { medium: ['bd-r', 'bd-re'], mode: 'image, in every model of drive', performer: 'xorriso' },
    async (blank) => {
      for (const model of ['bdxl-writer', 'usb-bridge'] as const satisfies ModelName[]) {
        const bench = await burnBench({ blank, model });
        const image = bench.randomFile('x.iso', 200);
        await xorriso(bench, '-as', 'cdrecord', '-v', `dev=${DEVICE}`, 'x.iso');
        expectRecorded(await bench.recorded(), image);
      }
    },
  );
});
