import { describe, expect, it } from 'vitest';
import { tryCell, passedIn } from '../support/crash-cell.js';
import { CELLS, type Cell, type Death, deathsOf } from '../support/crash-matrix.js';
import { STORIES } from '../support/crash-stories.js';
import type { Story } from '../support/crash-story.js';
import { SEED, sampleOf } from '../support/sample.js';
import { WRITES } from '../support/writing-verbs.js';

/** Several daemons and workers start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 240_000 };

const SAMPLE = 4;
const WHOLE = process.env['SPINDLE_CRASHES'] === 'all';
const ONLY = process.env['SPINDLE_CELL'];

const wordsOf = ({ name, nth, victim }: Death): string =>
  `${victim} killed ${name}${nth === 1 ? '' : ` for the ${nth}. time`}`;

const titleOf = (cell: Cell): string => `${cell.story.name}: ${deathsOf(cell).map(wordsOf).join(', then ')}`;

const chosen = (): readonly Cell[] => {
  if (ONLY !== undefined) return CELLS.filter((cell) => new RegExp(ONLY).test(titleOf(cell)));
  return WHOLE ? CELLS : sampleOf(CELLS, SAMPLE);
};

describe('the table of points', SLOW, () => {
  it('names every point that the stories come to, and none that they do not', async () => {
    const tabled = new Set(CELLS.flatMap(deathsOf).map(({ name }) => name));
    const untabled = new Set<string>();
    for (const story of Object.values<Story>(STORIES)) {
      const passed = await passedIn(story);
      for (const name of passed) if (!tabled.has(name)) untabled.add(name);
      const missed = CELLS.filter((cell) => cell.story === story).filter(
        ({ name, nth }) => passed.filter((one) => one === name).length < nth,
      );
      expect(missed.map(titleOf)).toEqual([]);
    }
    expect([...untabled]).toEqual([]);
  });

  it('has somebody killed before and after each transaction that the store knows, but for those that only read', () => {
    const verbs = Object.entries(WRITES).map(([verb, writes]) => ({ verb, writes }));
    const killedAt = (side: string, verb: string): boolean =>
      CELLS.flatMap(deathsOf).some(({ name }) => `${name} `.startsWith(`${side} transaction ${verb} `));
    const differs = verbs.filter(({ verb, writes }) =>
      ['before', 'after'].some((side) => killedAt(side, verb) !== writes),
    );
    expect(differs).toEqual([]);
  });
});

describe(
  `whoever is killed (seed ${SEED}, ${chosen().length} of ${CELLS.length})`,
  { ...SLOW, retry: 0 },
  () => {
    for (const cell of chosen()) it.concurrent(titleOf(cell), () => tryCell(cell));
  },
);
