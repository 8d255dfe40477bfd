import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

const expectRecorded = (recorded: Buffer, image: Buffer, at = 0): void => {
  expect(recorded.length).toBeGreaterThanOrEqual(at + image.length);
  expect(recorded.subarray(at, at + image.length).equals(image), 'recorded bytes equal the image').toBe(true);
};

const xorriso = async (bench: BurnBench, ...argv: string[]): Promise<string> => {
  const { status, output } = await bench.run('xorriso', '-abort_on', 'FAILURE', ...argv);
  expect(status, output).toBe(0);
  return output;
};

/** `dvd+rw-mediainfo` comes with growisofs; Debian leaves it out of some installations. */
const mediainfo = async (bench: BurnBench): Promise<string> =>
  (await bench.run('dvd+rw-mediainfo', DEVICE)).output;

describe.skipIf(!canRun('growisofs'))('growisofs burns to our drive', () => {
  cell(
    { medium: ['dvd+r', 'dvd+rw', 'bd-re'], mode: 'image', performer: 'growisofs', always: 'dvd+r' },
    async (blank) => {
      const bench = await burnBench({ blank, slowCommands: 2 });
      const image = bench.randomFile('x.iso', 1000);
      const { status, output } = await bench.run('growisofs', '-Z', `${DEVICE}=x.iso`);
      expect(status, output).toBe(0);
      expectRecorded(await bench.recorded(), image);
    },
  );

  cell({ medium: 'dvd+r', mode: 'closed for good', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'dvd+r' });
    const image = bench.randomFile('x.iso', 1000);
    const first = await bench.run('growisofs', '-dvd-compat', '-Z', `${DEVICE}=x.iso`);
    expect(first.status, first.output).toBe(0);
    expectRecorded(await bench.recorded(), image);
    const second = await bench.run('growisofs', '-M', `${DEVICE}=x.iso`);
    expect(second.status, 'a finalized medium takes no more').not.toBe(0);
  });

  cell({ medium: ['dvd+rw', 'bd-re'], mode: 'overwritten', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank });
    for (const name of ['1.iso', '2.iso']) {
      const image = bench.randomFile(name, 700);
      const { status, output } = await bench.run('growisofs', '-Z', `${DEVICE}=${name}`);
      expect(status, output).toBe(0);
      expectRecorded(await bench.recorded(), image);
    }
  });
});

describe.skipIf(!canRun('growisofs') || !canRun('genisoimage'))(
  'growisofs grows what is on our drive',
  () => {
    for (const [medium, mode] of [
      ['dvd+r', 'sessions'],
      ['dvd+rw', 'grown'],
      ['bd-re', 'grown'],
    ] as const)
      cell({ medium, mode, performer: 'growisofs' }, async (blank) => {
        const bench = await burnBench({ blank });
        bench.randomFile('one', 60);
        bench.randomFile('two', 60);
        for (const [grow, name] of [
          ['-Z', 'one'],
          ['-M', 'two'],
        ] as const) {
          const { status, output } = await bench.run('growisofs', grow, DEVICE, '-R', '-quiet', name);
          expect(status, output).toBe(0);
        }
        const output = await xorriso(
          bench,
          '-indev',
          DEVICE,
          '-lsl',
          '/',
          '-compare',
          'one',
          '/one',
          '-compare',
          'two',
          '/two',
        );
        expect(output).toContain("'/one'");
        expect(output).toContain("'/two'");
        expect(output).not.toMatch(/differ/i);
      });
  },
);

describe.skipIf(!canRun('dvd+rw-mediainfo'))('dvd+rw-mediainfo looks at our drive', () => {
  cell({ medium: 'dvd+r', mode: 'looked at', performer: 'dvd+rw-mediainfo', always: true }, async () => {
    const bench = await burnBench({ blank: 'dvd+r' });
    const output = await mediainfo(bench);
    expect(output).toMatch(/Mounted Media:\s+1Bh, DVD\+R/);
    expect(output).toMatch(/Media ID:\s+MCC\/004/);
    expect(output).toMatch(/Disc status:\s+blank/);
    expect(output).toMatch(/Free Blocks:\s+2295104\*2KB/);
  });
});

describe.skipIf(!canRun('xorriso'))('xorriso burns to our drive', () => {
  cell(
    { medium: ['dvd+r', 'dvd+rw', 'bd-re'], mode: 'image', performer: 'xorriso', always: 'bd-re' },
    async (blank) => {
      const bench = await burnBench({ blank, slowCommands: 3 });
      const image = bench.randomFile('x.iso', 1000);
      const output = await xorriso(bench, '-as', 'cdrecord', '-v', `dev=${DEVICE}`, 'x.iso');
      expectRecorded(await bench.recorded(), image);
      expect(output).toContain('Writing');
    },
  );

  for (const [medium, mode] of [
    ['dvd+r', 'sessions'],
    ['dvd+rw', 'grown'],
    ['bd-re', 'grown'],
  ] as const)
    cell({ medium, mode, performer: 'xorriso' }, async (blank) => {
      const bench = await burnBench({ blank });
      for (const name of ['one', 'two', 'three']) {
        bench.randomFile(name, 50);
        await xorriso(bench, '-dev', DEVICE, '-map', name, `/${name}`, '-commit');
      }
      const output = await xorriso(
        bench,
        '-indev',
        DEVICE,
        '-compare',
        'one',
        '/one',
        '-compare',
        'two',
        '/two',
        '-compare',
        'three',
        '/three',
      );
      expect(output).not.toMatch(/differ/i);
    });

  // None before it has formatted it; and it finds the formats of a real one.
  cell({ medium: 'bd-re', mode: 'formatted', performer: 'xorriso' }, async () => {
    const bench = await burnBench({ blank: 'bd-re' });
    const before = await xorriso(bench, '-outdev', DEVICE, '-list_formats');
    expect(before).toMatch(/Format status: unformatted/);
    expect(before).toMatch(/30h , 11564032s ,\s+22586\.0 MiB/);
    expect(before).toMatch(/31h , 12219392s ,\s+23866\.0 MiB/);
    await xorriso(bench, '-outdev', DEVICE, '-format', 'by_index_4');
    const after = await xorriso(bench, '-outdev', DEVICE, '-list_formats');
    expect(after).toMatch(/Format status: formatted, with 23866\.0 MiB/);
  });
});

describe.skipIf(!canRun('cdrskin'))('cdrskin burns to our drive', () => {
  // Several tracks with fixed sizes.
  cell({ medium: 'dvd+r', mode: 'sessions', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'dvd+r' });
    const one = bench.randomFile('1.iso', 500);
    const first = await bench.run('cdrskin', '-v', `dev=${DEVICE}`, '-multi', '-sao', '-data', '1.iso');
    expect(first.status, first.output).toBe(0);
    expectRecorded(await bench.recorded(), one);
    const two = bench.randomFile('2.iso', 300);
    const second = await bench.run('cdrskin', '-v', `dev=${DEVICE}`, '-tao', '-data', '2.iso');
    expect(second.status, second.output).toBe(0);
    expectRecorded(await bench.recorded({ track: 2 }), two);
  });
});

describe.skipIf(!canRun('wodim'))('wodim burns to our drive', () => {
  cell({ medium: 'dvd+r', mode: 'image', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'dvd+r' });
    const image = bench.randomFile('x.iso', 1000);
    const { status, output } = await bench.run(
      'wodim',
      '-v',
      `dev=${DEVICE}`,
      'gracetime=2',
      '-sao',
      '-data',
      'x.iso',
    );
    expect(status, output).toBe(0);
    expectRecorded(await bench.recorded(), image);
  });
});
