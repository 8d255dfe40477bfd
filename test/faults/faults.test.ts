import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench } from './bench.js';
import { type Cell, type MediumName, keyOf } from './cell.js';
import { allCells, reasonsOf, someCells } from './choose-cells.js';
import { type HostNature, hostNature } from './fault-rows.js';
import { HostBench } from './host-bench.js';
import type { Finding } from './lane.js';
import { PHASE_NAMES } from './phases.js';
import { runCells } from './run-cells.js';
import { pageOf, readPage } from './table.js';

const PAGE = new URL('../../docs/faults.md', import.meta.url);
const LANES = 6;
const DAY_MS = 86_400_000;

/** Set by run.mjs. Without them a sample is run, another one each day. */
const { FAULTS_ALL, FAULTS_ONLY = '', FAULTS_SEED, FAULTS_WRITE } = process.env;
const dayOfYear = (): number => Math.floor((Date.now() - Date.UTC(new Date().getUTCFullYear(), 0)) / DAY_MS);
const seed = Number(FAULTS_SEED ?? dayOfYear());
/** The whole takes half an hour and more; a sample that hangs must not hang everything else. */
const LIMIT_MS = FAULTS_ALL === undefined ? 200_000 : 3 * 3_600_000;
const which = FAULTS_ALL === undefined ? `sample ${seed}` : 'all';

const bench = new Bench(2);
const host = new HostBench();
beforeAll(async () => {
  await bench.start();
  await host.start();
});
afterAll(async () => {
  await host.end();
  await bench.daemon.destroy();
});

const planOf = (medium: MediumName) => bench.planOf(medium);
const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
const golden = readPage(page);
const found: Finding[] = [];

const chosen = (nature: HostNature | undefined): Cell[] => {
  const cells = FAULTS_ALL === undefined ? someCells(planOf, seed) : allCells(planOf);
  return cells.filter((cell) => hostNature(cell.row) === nature && keyOf(cell).includes(FAULTS_ONLY));
};

const tellProgress = ({ cell, text, objections }: Finding): void => {
  const wrong = objections.map((objection) => `\n    ${objection}`).join('');
  if (FAULTS_ALL !== undefined) process.stderr.write(`${keyOf(cell)}: ${text}${wrong}\n`);
};

/** In what cells differ from the page, and what must never be. */
const wrongIn = ({ cell, text, objections }: Finding): string[] => {
  const told = golden(cell.medium, cell.row.name, cell.phase);
  const differs =
    told === text || FAULTS_WRITE !== undefined ? [] : [`is ${text}, in docs/faults.md ${told}`];
  return [...differs, ...objections].map((what) => `${keyOf(cell)}: ${what}`);
};

const expectAsTold = async (on: Bench, cells: readonly Cell[], lanes: number): Promise<void> => {
  const findings = await runCells(on, cells, { lanes, onFinding: tellProgress });
  found.push(...findings);
  expect(findings).toHaveLength(cells.length);
  expect(findings.flatMap(wrongIn)).toEqual([]);
};

const writePage = (): void => {
  const cells = new Map(found.map(({ cell, text }) => [keyOf(cell), text]));
  const possible = new Set(allCells(planOf).map(keyOf));
  const text = pageOf(
    (medium, fault, phase) => {
      const key = `${medium} | ${fault} | ${phase}`;
      return possible.has(key) ? (cells.get(key) ?? golden(medium, fault, phase)) : '–';
    },
    (medium) => reasonsOf(planOf, medium),
  );
  writeFileSync(PAGE, text);
};

describe(`every fault in a phase ends as docs/faults.md says, tells what is left of the medium, and disturbs nobody [${which}]`, () => {
  it('of the drive and its medium', () => expectAsTold(bench, chosen(undefined), LANES), LIMIT_MS);

  const OF_MACHINE = { 'source-altered': '', 'source-stalled': ' [gcc]', 'state-full': ' [mount]' };
  for (const [name, needs] of Object.entries(OF_MACHINE)) {
    const nature = name as HostNature;
    it(`of the machine: ${nature}${needs}`, { timeout: LIMIT_MS }, async ({ skip }) => {
      skip(!host.can(nature), `there is no${needs}`);
      await expectAsTold(host.bench, chosen(nature), 1);
    });
  }
});

it('was asked for cells that there are', () => {
  const cells = FAULTS_ALL === undefined ? someCells(planOf, seed) : allCells(planOf);
  expect(cells.filter((cell) => keyOf(cell).includes(FAULTS_ONLY))).not.toEqual([]);
});

describe('the sample', () => {
  it('has every phase in it', () => {
    const phases = new Set(someCells(planOf, seed).map(({ phase }) => phase));
    expect([...phases].sort()).toEqual([...PHASE_NAMES].sort());
  });
});

afterAll(() => {
  if (FAULTS_WRITE !== undefined) writePage();
});
