/** wodim, cdrskin and xorriso try, blank, format and overwrite, in every way that the manual of each names. */
import { describe, expect } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import {
  CDRECORD_NAMES,
  type Cdrecord,
  type Claims,
  cdrecord,
  cdrecordSays,
  expectRecorded,
  modelFor,
  msinfo,
  succeed,
  xorriso,
} from './programs.js';

const CD = ['cd-r', 'cd-rw'] as const;
const DVD_MINUS = ['dvd-r', 'dvd-rw'] as const;

const SIMULATED: readonly (readonly [string, string, Claims])[] = [
  ['test write', '-tao', { wodim: CD, cdrskin: CD, xorriso: CD }],
  ['test write, session at once', '-sao', { wodim: CD, cdrskin: CD, xorriso: CD }],
  ['test write', '-sao', { wodim: DVD_MINUS, cdrskin: DVD_MINUS, xorriso: DVD_MINUS }],
  ['test write, incremental', '-tao', { cdrskin: DVD_MINUS, xorriso: DVD_MINUS }],
];

const REWRITABLE = ['cd-rw', 'dvd-rw'] as const;
const BLANKED: readonly (readonly [string, string, Claims])[] = [
  ['blanked quickly, again', 'blank=fast', { wodim: REWRITABLE, cdrskin: REWRITABLE, xorriso: REWRITABLE }],
  ['blanked fully, again', 'blank=all', { wodim: REWRITABLE, cdrskin: REWRITABLE, xorriso: REWRITABLE }],
];

/** How each formats a medium; xorriso by its own commands. */
const FORMAT_OF: Partial<Record<BlankName, string>> = {
  'dvd-rw': 'format_overwrite',
  'dvd+rw': 'format_overwrite_full',
};
const format = async (bench: BurnBench, program: Cdrecord, blank: BlankName): Promise<void> => {
  if (program === 'wodim') await cdrecord(bench, program, '-format');
  else if (program === 'cdrskin')
    await cdrecord(bench, program, `blank=${FORMAT_OF[blank] ?? 'format_defectmgt'}`);
  else await xorriso(bench, '-outdev', DEVICE, '-format', 'full');
};

const FORMATTABLE = ['dvd-rw', 'dvd+rw', 'dvd-ram', 'bd-r', 'bd-re', 'bd-re-dl', 'bd-re-xl'] as const;
const FORMATTED: Claims = { wodim: ['dvd+rw'], cdrskin: FORMATTABLE, xorriso: FORMATTABLE };

/** Blocks of a DVD, so that it is formatted in time; libburn's trailblazer on a DVD-RW has 128 MiB. */
const DVD_BLOCKS = 70_000;

const IN_PLACE = ['dvd+rw', 'dvd-ram', 'bd-re', 'bd-re-dl', 'bd-re-xl'] as const;
const OVERWRITTEN: Claims = { wodim: ['dvd+rw'], cdrskin: IN_PLACE, xorriso: IN_PLACE };

/** Onto what can be overwritten. */
const wayOf = (program: Cdrecord): string[] => (program === 'wodim' ? ['-sao', '-data'] : ['-data']);

/** Records an image of so many blocks, and finds it on the medium. */
const record = async (
  bench: BurnBench,
  program: Cdrecord,
  way: readonly string[],
  blocks: number,
): Promise<void> => {
  const image = bench.randomFile('x.iso', blocks);
  await cdrecord(bench, program, ...way, 'x.iso');
  expectRecorded(await bench.recorded(), image);
};

for (const program of CDRECORD_NAMES)
  describe.skipIf(!canRun(program))(`${program} on our drive`, () => {
    for (const [mode, way, { [program]: media = [] }] of SIMULATED)
      cell({ medium: media, mode, performer: program }, async (blank) => {
        const bench = await burnBench({ blank });
        bench.randomFile('x.iso', 1000);
        await cdrecord(bench, program, '-dummy', way, '-data', 'x.iso');
        await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
        await record(bench, program, [way, '-data'], 600);
      });

    for (const [mode, how, { [program]: media = [] }] of BLANKED)
      cell({ medium: media, mode, performer: program }, async (blank) => {
        const bench = await burnBench({ blank, slowCommands: 3 });
        await record(bench, program, ['-sao', '-data'], 1000);
        const full = await cdrecordSays(bench, program, '-sao', '-data', 'x.iso');
        expect(full, 'a closed medium takes no more').not.toMatch(/Fixating time/);
        await cdrecord(bench, program, how);
        await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
        await record(bench, program, ['-sao', '-data'], 400);
      });

    cell(
      { medium: FORMATTED[program] ?? [], mode: 'formatted, image', performer: program },
      async (blank) => {
        const shortened = blank.startsWith('dvd') && { capacity: DVD_BLOCKS };
        const bench = await burnBench({ blank, ...shortened, model: modelFor(blank), slowCommands: 2 });
        await format(bench, program, blank);
        const formatted = bench.log.filter((line) => line.startsWith('04 ') && line.endsWith(': good'));
        expect(formatted.length, 'FORMAT UNIT').toBeGreaterThan(0);
        await record(bench, program, wayOf(program), 500);
      },
    );

    cell({ medium: OVERWRITTEN[program] ?? [], mode: 'overwritten', performer: program }, async (blank) => {
      const bench = await burnBench({ blank, model: modelFor(blank) });
      // A DVD+RW that wodim does not format is that of others.
      if (program === 'wodim') await succeed(bench, 'dvd+rw-format', DEVICE);
      else await cdrecord(bench, program, 'blank=as_needed');
      for (const blocks of [700, 300]) await record(bench, program, wayOf(program), blocks);
    });
  });

describe.skipIf(!canRun('wodim'))('wodim takes a session back on our drive', () => {
  cell({ medium: 'cd-rw', mode: 'last session blanked, again', performer: 'wodim' }, async (blank) => {
    const bench = await burnBench({ blank });
    const one = bench.randomFile('one.iso', 600);
    await cdrecord(bench, 'wodim', '-multi', '-tao', '-data', 'one.iso');
    const [, next] = await msinfo(bench, 'wodim');
    bench.randomFile('two.iso', 500);
    await cdrecord(bench, 'wodim', '-multi', '-tao', '-data', 'two.iso');
    await cdrecord(bench, 'wodim', 'blank=session');
    expect(await msinfo(bench, 'wodim')).toEqual([0, next]);
    const three = bench.randomFile('three.iso', 400);
    await cdrecord(bench, 'wodim', '-tao', '-data', 'three.iso');
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), three);
  });

  cell({ medium: 'cd-rw', mode: 'last session opened, again', performer: 'wodim' }, async (blank) => {
    const bench = await burnBench({ blank });
    const one = bench.randomFile('one.iso', 600);
    await cdrecord(bench, 'wodim', '-tao', '-data', 'one.iso');
    await cdrecord(bench, 'wodim', 'blank=unclose');
    const two = bench.randomFile('two.iso', 400);
    await cdrecord(bench, 'wodim', '-tao', '-data', 'two.iso');
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
    // The lead-out is gone: two run-out blocks and a pre-gap of 150 are all that lies between the tracks of one session.
    expect(await cdrecord(bench, 'wodim', '-toc')).toMatch(/track: +2 lba: +752 /);
  });

  // It names block 0 for whatever it is to blank: of a session that is open, the first track and all of it.
  cell(
    { medium: 'cd-rw', mode: 'tail of a track blanked, unreserved, again', performer: 'wodim' },
    async (blank) => {
      const bench = await burnBench({ blank });
      bench.randomFile('one.iso', 600);
      await cdrecord(bench, 'wodim', '-nofix', '-tao', '-data', 'one.iso');
      await cdrecord(bench, 'wodim', 'blank=trtail');
      await cdrecord(bench, 'wodim', 'blank=unreserve');
      await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
      await record(bench, 'wodim', ['-tao', '-data'], 400);
    },
  );

  cell(
    {
      medium: 'cd-rw',
      mode: 'track blanked',
      performer: 'wodim',
      refusal: 'it names track 0, whichever it is to blank; MMC-5 §6.2 wants its number',
    },
    async (blank) => {
      const bench = await burnBench({ blank });
      const one = bench.randomFile('one.iso', 600);
      await cdrecord(bench, 'wodim', '-nofix', '-tao', '-data', 'one.iso');
      expect(await cdrecordSays(bench, 'wodim', 'blank=track')).toContain('Cannot blank disk');
      expect(bench.log.filter((line) => line.startsWith('a1 '))).toEqual([
        expect.stringMatching(/^a1 [01]2 00 00 00 00 00 00 00 00 00 00: 05 .* 24 00$/),
      ]);
      expectRecorded(await bench.recorded(), one);
    },
  );
});
