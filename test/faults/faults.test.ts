import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench } from './bench.js';
import { type Cell, keyOf } from './cell.js';
import { allCells, someCells } from './choose-cells.js';
import { type HostNature, hostNature } from './fault-rows.js';
import { HostBench } from './host-bench.js';
import type { Finding } from './lane.js';
import type { MediumName } from './media.js';
import { PHASE_NAMES, phasesOf } from './phases.js';
import { verdictOf } from './rules.js';
import { NOT_FOUND_OUT, runCells } from './run-cells.js';
import { UNKNOWN, pageOf, readPage } from './table.js';

const PAGE = new URL('../../docs/faults.md', import.meta.url);
const LANES = 6;
const DAY_MS = 86_400_000;

/** Set by run.mjs. Without them a sample is run, another one each day. */
const { FAULTS_ALL, FAULTS_MISSING, FAULTS_ONLY = '', FAULTS_SEED, FAULTS_WRITE } = process.env;
const dayOfYear = (): number => Math.floor((Date.now() - Date.UTC(new Date().getUTCFullYear(), 0)) / DAY_MS);
const seed = Number(FAULTS_SEED ?? dayOfYear());
/** The whole takes half an hour and more; a sample that hangs must not hang everything else. */
const LIMIT_MS = FAULTS_ALL === undefined ? 200_000 : 3 * 3_600_000;
/** Each medium is recorded once without faults. */
const STARTING_MS = 180_000;
/** To lay out the page takes as long as some cells do. */
const WRITING_MS = 10_000;
const which = FAULTS_ALL === undefined ? `sample ${seed}` : 'all';

const bench = new Bench({ mebibytes: 2 });
const host = new HostBench();
/** Here nobody waits for a drive as long as elsewhere; one that hangs keeps its process, as a real one its power. */
const hung = new Bench({
  mebibytes: 2,
  drives: { home: 'process' },
  workers: { commandLimitMs: 4000, hangMarginMs: 1000 },
});
/** The plans of cells come from the first bench; the others are started when there is something to do on them. */
beforeAll(async () => {
  await bench.start();
  if (FAULTS_ALL !== undefined) process.stderr.write(`cells: ${wanted().length}\n`);
}, STARTING_MS);
afterAll(async () => {
  if (found.size > 0 && FAULTS_WRITE !== undefined) writePage();
  await host.end();
  await hung.daemon.destroy();
  await bench.daemon.destroy();
});

const planOf = (medium: MediumName) => bench.planOf(medium);
const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
const golden = readPage(page);
const found = new Map<string, Finding>();
let lastWritten = 0;

const isWanted = (cell: Cell): boolean =>
  FAULTS_ONLY.split('\n').some((text) => keyOf(cell).includes(text)) &&
  (FAULTS_MISSING === undefined || golden(cell) === UNKNOWN);

const wanted = (): Cell[] =>
  (FAULTS_ALL === undefined ? someCells(planOf, seed) : allCells(planOf)).filter(isWanted);

const mediaOf = (cells: readonly Cell[]): MediumName[] => [...new Set(cells.map(({ medium }) => medium))];

const isHang = ({ row }: Cell): boolean => row.nature === 'hang-for-good';
const ofNature = (nature: HostNature | undefined): Cell[] =>
  wanted().filter((cell) => hostNature(cell.row) === nature && !isHang(cell));

/** What was found is in the page soon, so that a run that is broken off loses little. */
const tellProgress = (finding: Finding): void => {
  const { cell, text, objections } = finding;
  found.set(keyOf(cell), finding);
  if (FAULTS_WRITE !== undefined && Date.now() - lastWritten > WRITING_MS) writePage();
  const wrong = objections.map((objection) => `\n    ${objection}`).join('');
  if (FAULTS_ALL !== undefined) process.stderr.write(`${keyOf(cell)}: ${text}${wrong}\n`);
};

/** In a sample the rules alone hold for what the page does not know. */
const isTold = (told: string): boolean => told !== UNKNOWN || FAULTS_ALL !== undefined;

/** In what cells differ from the page, and what must never be. */
const wrongIn = ({ cell, text, objections }: Finding): string[] => {
  const told = golden(cell);
  const differs = told !== text && FAULTS_WRITE === undefined && isTold(told);
  const difference = differs ? [`is ${text}, in docs/faults.md ${told}`] : [];
  return [...difference, ...objections].map((what) => `${keyOf(cell)}: ${what}`);
};

const expectAsTold = async (on: Bench, cells: readonly Cell[], lanes: number): Promise<void> => {
  const findings = await runCells(on, cells, { lanes, onFinding: tellProgress });
  expect(findings).toHaveLength(cells.length);
  expect(findings.flatMap(wrongIn)).toEqual([]);
};

/** What could not be found out does not take the place of what is known. */
const textOf = (cell: Cell): string => {
  const text = found.get(keyOf(cell))?.text ?? NOT_FOUND_OUT;
  return text === NOT_FOUND_OUT ? golden(cell) : text;
};

function writePage(): void {
  const possible = new Set(allCells(planOf).map(keyOf));
  const text = pageOf({
    textOf: (cell) => (possible.has(keyOf(cell)) ? textOf(cell) : undefined),
    verdictOf: (cell) => verdictOf({ plan: planOf(cell.medium), ...cell }),
    phasesOf: (medium) => phasesOf(planOf(medium)),
  });
  writeFileSync(PAGE, text);
  lastWritten = Date.now();
}

// A disc that is falsely called good once is not excused by a second try.
const ONCE = { retry: 0 };
/** Where drives hang there is little to do but to wait. */
const AT_ONCE = { timeout: LIMIT_MS, concurrent: FAULTS_ALL !== undefined };

describe(
  `every fault in a phase ends as docs/faults.md says, tells what is left of the medium, and disturbs nobody [${which}]`,
  ONCE,
  () => {
    it('of the drive and its medium', AT_ONCE, () => expectAsTold(bench, ofNature(undefined), LANES));

    it('of a drive that never answers again', AT_ONCE, async () => {
      const cells = wanted().filter(isHang);
      if (cells.length === 0) return;
      await hung.start(mediaOf(cells));
      await expectAsTold(hung, cells, LANES);
    });

    const OF_MACHINE = { 'source-altered': '', 'source-stalled': ' [gcc]', 'state-full': ' [mount]' };
    for (const [name, needs] of Object.entries(OF_MACHINE)) {
      const nature = name as HostNature;
      it(`of the machine: ${nature}${needs}`, { timeout: LIMIT_MS }, async ({ skip }) => {
        const cells = ofNature(nature);
        if (cells.length === 0) return;
        await host.start(mediaOf(wanted().filter(({ row }) => hostNature(row) !== undefined)));
        skip(!host.can(nature), `there is no${needs}`);
        await expectAsTold(host.bench, cells, 1);
      });
    }
  },
);

/** What the page says of a cell, where the rules forbid that. */
const forbidden = (cell: Cell): string[] => {
  const text = golden(cell);
  const verdict = verdictOf({ plan: planOf(cell.medium), ...cell });
  const isWrong =
    text !== UNKNOWN && verdict !== 'either' && text.startsWith('good ') !== (verdict === 'good');
  return isWrong ? [`${keyOf(cell)}: ${text}, but the rules have it ${verdict}`] : [];
};

it('is told by docs/faults.md to end as the rules have it, in every cell that is there', () => {
  expect(allCells(planOf).flatMap(forbidden)).toEqual([]);
});

it('was asked for cells that there are', () => {
  expect(wanted()).not.toEqual([]);
});

describe('the sample', () => {
  it('has every phase in it', () => {
    const phases = new Set(someCells(planOf, seed).map(({ phase }) => phase));
    expect([...phases].sort()).toEqual([...PHASE_NAMES].sort());
  });
});
