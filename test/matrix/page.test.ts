import { describe, expect, it } from 'vitest';

import { cellsIn } from './cells.mjs';
import { differences, faultsOf, pageOf, readPage, rowsOf, takenInto } from './page.mjs';

/** A report of vitest's JSON reporter, as far as it is read. */
const report = (tests: Record<string, string>) => ({
  testResults: [{ assertionResults: Object.entries(tests).map(([title, status]) => ({ title, status })) }],
});

const WHOLE = {
  'dvd-r | image | our engine': 'passed',
  'dvd-r | image | wodim': 'passed',
  'dvd-r | image | growisofs | it does not like it': 'passed',
  'cd-r | audio | cdrdao': 'failed',
  'cd-r | audio | wodim': 'skipped',
  'says something else': 'passed',
};

const rowsOfPage = () =>
  readPage(pageOf(rowsOf(cellsIn(report(WHOLE)), '0123456, 2026-11-28'), 'wodim 9, cdrdao 1')).rows;

describe('the page of the matrix', () => {
  it('has each cell, how it ended, and why a program refuses', () => {
    const page = pageOf(rowsOf(cellsIn(report(WHOLE)), '0123456, 2026-11-28'), 'wodim 9');
    expect(page).toMatch(
      /^\| dvd-r \| image \| good \| refuses \(1\) \| – \| – \| good \| – .*\| 0123456, 2026-11-28 \|$/m,
    );
    expect(page).toMatch(/^1\. it does not like it$/m);
    expect(page).toMatch(/^\| cd-r \| audio .*\| not run \| FAILED \|/m);
    expect(page).toContain('Versions: wodim 9');
  });

  it('is read as it was written', () => {
    expect(rowsOfPage()).toEqual(rowsOf(cellsIn(report(WHOLE)), '0123456, 2026-11-28'));
  });
});

describe('a page into which reports of some tests are taken', () => {
  const taken = (tests: Record<string, string>): string[] => {
    const rows = takenInto(rowsOfPage(), cellsIn(report(tests)), '89abcde') as { row: string; ran: string }[];
    return rows.map(({ row, ran }) => `${row}: ${ran.slice(0, 7)}`);
  };

  it('has the rows that ran whole in their place, new ones beside those of their medium, and all others as they were', () => {
    const more = { 'dvd-r | overburn | wodim': 'passed', 'cd-r | new | wodim': 'skipped' };
    expect(taken({ ...WHOLE, ...more })).toEqual([
      'dvd-r | image: 89abcde',
      'dvd-r | overburn: 89abcde',
      'cd-r | audio: 0123456',
    ]);
  });

  it('keeps a row of which a performer is missing', () => {
    expect(taken({ 'dvd-r | image | our engine': 'passed' })).toContain('dvd-r | image: 0123456');
  });
});

describe('a sample of the matrix', () => {
  const differing = (tests: Record<string, string>): string[] =>
    differences(cellsIn(report(tests)), rowsOfPage()) as string[];

  it('agrees with the page where it ended as that tells, or was not run', () => {
    expect(differing(WHOLE)).toEqual([]);
    expect(differing({ ...WHOLE, 'dvd-r | image | wodim': 'skipped' })).toEqual([]);
  });

  it('differs where a cell ended otherwise, is new, or is gone', () => {
    expect(differing({ ...WHOLE, 'dvd-r | image | wodim': 'failed' })).toEqual([
      'dvd-r | image | wodim: FAILED, in docs/matrix.md good',
    ]);
    expect(differing({ ...WHOLE, 'bd-r | image | xorriso': 'skipped' })).toEqual([
      'bd-r | image | xorriso: is not in docs/matrix.md',
    ]);
    const rest = Object.entries(WHOLE).filter(([title]) => title !== 'dvd-r | image | wodim');
    expect(differing(Object.fromEntries(rest))).toEqual(['dvd-r | image | wodim: has no test']);
  });

  it('differs where a note tells another reason than the test, run or not', () => {
    const other = 'dvd-r | image | growisofs | it has not heard of it';
    const rest = Object.entries(WHOLE).filter(([title]) => !title.includes('growisofs'));
    for (const end of ['passed', 'skipped'])
      expect(differing({ ...Object.fromEntries(rest), [other]: end })).toEqual([
        'dvd-r | image | growisofs: its note in docs/matrix.md is not "it has not heard of it"',
      ]);
  });

  it('has no cell twice, and nobody who has no column', () => {
    expect(faultsOf(cellsIn(report(WHOLE), report(WHOLE)))).toHaveLength(5);
    expect(faultsOf(cellsIn(report({ 'dvd-r | image | nero': 'passed' })))).toHaveLength(1);
  });
});
