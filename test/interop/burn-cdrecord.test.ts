/**
 * wodim, cdrskin and xorriso have the command line of cdrecord: each records on every blank in every way that its manual
 * names. wodim knows DVD by disc at once alone, and neither DVD-RAM nor BD.
 */
import { describe, expect } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import { cell } from '../support/matrix-cell.js';
import { burnBench, canRun } from './burn-programs.js';
import {
  CDRECORD_NAMES,
  type Claims,
  cdrecord,
  cdrecordSays,
  expectRecorded,
  modelFor,
  msinfo,
} from './programs.js';

const CD = ['cd-r', 'cd-rw'] as const;
const DVD_MINUS = ['dvd-r', 'dvd-rw'] as const;
const WRITE_ONCE = [
  'dvd-r-dl',
  'dvd+r',
  'dvd+r-dl',
  'bd-r',
  'bd-r-dl',
  'bd-r-xl-100',
  'bd-r-xl-128',
] as const;
const BD_RE = ['bd-re', 'bd-re-dl', 'bd-re-xl'] as const;
const IN_PLACE = ['dvd+rw', 'dvd-ram'] as const;

/** Ways to record one image on a blank. */
const ONCE: readonly (readonly [string, readonly string[], Claims])[] = [
  ['track at once', ['-tao'], { wodim: CD, cdrskin: CD, xorriso: CD }],
  ['session at once', ['-sao'], { wodim: CD, cdrskin: CD, xorriso: CD }],
  [
    'disc at once',
    ['-sao'],
    { wodim: DVD_MINUS, cdrskin: [...DVD_MINUS, 'dvd-r-dl'], xorriso: [...DVD_MINUS, 'dvd-r-dl'] },
  ],
  ['incremental', ['-tao'], { cdrskin: DVD_MINUS, xorriso: DVD_MINUS }],
  // It closes a DVD+R DL by function 4, which no source explains: refused, and what it recorded can be read.
  ['image', ['-sao'], { wodim: ['dvd+r', 'dvd+r-dl'] }],
  ['image', [], { cdrskin: [...WRITE_ONCE, ...IN_PLACE], xorriso: [...WRITE_ONCE, ...IN_PLACE, ...BD_RE] }],
];

const ALWAYS = ['cd-r | track at once | wodim', 'cd-r | track at once | cdrskin', 'bd-re | image | xorriso'];

for (const program of CDRECORD_NAMES)
  describe.skipIf(!canRun(program))(`${program} burns to our drive`, () => {
    for (const [mode, way, { [program]: media = [] }] of ONCE)
      for (const medium of media)
        cell(
          { medium, mode, performer: program, always: ALWAYS.includes(`${medium} | ${mode} | ${program}`) },
          async (blank) => {
            const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 2 });
            const image = bench.randomFile('x.iso', 1000);
            await cdrecord(bench, program, ...way, '-data', 'x.iso');
            expectRecorded(await bench.recorded(), image);
          },
        );
  });

describe.skipIf(!canRun('wodim'))('wodim and a DVD+RW that was never formatted', () => {
  cell(
    {
      medium: 'dvd+rw',
      mode: 'image',
      performer: 'wodim',
      refusal:
        'unformatted (MMC-5 §6.24, descriptor type 1), and against its manual it does not format by itself: it takes its driver for DVD-R',
    },
    async (blank) => {
      const bench = await burnBench({ blank });
      bench.randomFile('x.iso', 300);
      expect(await cdrecordSays(bench, 'wodim', '-sao', '-data', 'x.iso')).toContain('medium not formatted');
    },
  );
});

/** Blocks that the medium announces, and more than those. */
const OVERBURNED = { capacity: 2000, blocks: 2400 } as const;

describe.skipIf(!canRun('wodim'))('wodim and an image that is too long', () => {
  cell({ medium: CD, mode: 'overburn', performer: 'wodim' }, async (blank) => {
    const bench = await burnBench({ blank, capacity: OVERBURNED.capacity });
    const image = bench.randomFile('x.iso', OVERBURNED.blocks);
    expect(await cdrecordSays(bench, 'wodim', '-sao', '-data', 'x.iso')).toContain('Data may not fit');
    await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
    await cdrecord(bench, 'wodim', '-overburn', '-sao', '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });
});

describe.skipIf(!canRun('cdrskin'))('cdrskin and an image that is too long', () => {
  cell(
    {
      medium: CD,
      mode: 'overburn',
      performer: 'cdrskin',
      refusal: 'against its manual (-force) libburn sends nothing beyond the end that the medium announces',
    },
    async (blank) => {
      const bench = await burnBench({ blank, capacity: OVERBURNED.capacity });
      bench.randomFile('x.iso', OVERBURNED.blocks);
      const said = await cdrecordSays(bench, 'cdrskin', '-force', '-sao', '-data', 'x.iso');
      expect(said).toContain('Exceeding range of permissible write addresses (2000 >= 2000)');
    },
  );
});

describe.skipIf(!canRun('cdrskin'))('cdrskin and a BD-RE that was never formatted', () => {
  cell(
    {
      medium: BD_RE,
      mode: 'image',
      performer: 'cdrskin',
      refusal:
        'unformatted (MMC-5 §6.24, descriptor type 1), and it formats only where asked to, as its manual says of blank=format_if_needed',
    },
    async (blank) => {
      const bench = await burnBench({ blank, model: modelFor(blank) });
      bench.randomFile('x.iso', 300);
      expect(await cdrecordSays(bench, 'cdrskin', '-data', 'x.iso')).toContain(
        'Media not properly formatted',
      );
    },
  );
});

/** Blocks behind what was recorded, to the next session: behind the first one, behind each later one. */
const GAPS: Partial<Record<BlankName, readonly [number, number]>> = {
  // Two run-out blocks; lead-out of 6,750 or 2,250, lead-in of 4,500, pre-gap of 150.
  'cd-r': [2 + 11_400, 2 + 6900],
  'cd-rw': [2 + 11_400, 2 + 6900],
  // No lead-out: the next ECC block.
  'bd-r': [0, 0],
  'bd-r-dl': [0, 0],
  'bd-r-xl-100': [0, 0],
  'bd-r-xl-128': [0, 0],
};

const BD_R = ['bd-r', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] as const;
const SEQUENTIAL = [...DVD_MINUS, 'dvd+r', 'dvd+r-dl', ...BD_R] as const;
const SESSIONS: readonly (readonly [string, Claims])[] = [
  ['sessions, track at once', { wodim: CD, cdrskin: CD, xorriso: CD }],
  ['sessions', { cdrskin: SEQUENTIAL, xorriso: SEQUENTIAL }],
];

for (const program of CDRECORD_NAMES)
  describe.skipIf(!canRun(program))(`${program} appends on our drive`, () => {
    for (const [mode, { [program]: media = [] }] of SESSIONS)
      // It says where each begins, and finds them in the table of contents.
      cell({ medium: media, mode, performer: program }, async (blank) => {
        const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 2 });
        const starts = [0];
        for (const [index, blocks] of [992, 704, 320].entries()) {
          const image = bench.randomFile('x.iso', blocks);
          await cdrecord(bench, program, ...(index < 2 ? ['-multi'] : []), '-tao', '-data', 'x.iso');
          expectRecorded(await bench.recorded({ track: index + 1 }), image);
          if (index === 2) break;
          const [last, next] = await msinfo(bench, program);
          expect(last).toBe(starts.at(-1));
          const gap = GAPS[blank]?.[index];
          if (gap !== undefined) expect(next - last - blocks).toBe(gap);
          starts.push(next);
        }
        const toc = await cdrecordSays(bench, program, '-toc');
        for (const start of starts) expect(toc).toMatch(new RegExp(`\\b${start}\\b`));
      });
  });
