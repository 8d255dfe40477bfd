// npm run test:matrix -- [--only text]…: runs the cells of the matrix, or the rows whose `medium | mode |` has one of the texts, and
// writes docs/matrix.md. --take report.json…: writes the rows that such reports of vitest on this commit tell whole, and runs nothing.
// --compare report.json…: compares what they tell with the page.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cellsIn } from './cells.mjs';
import { differences, faultsOf, pageOf, readPage, rowsOf, takenInto } from './page.mjs';
import { PACKAGES, PERFORMERS } from './performers.mjs';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/matrix.md');

const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    take: { type: 'boolean' },
    compare: { type: 'boolean' },
  },
  allowPositionals: true,
});

const output = (program, ...args) => execFileSync(program, args, { cwd: ROOT, encoding: 'utf8' }).trim();

const readReport = (file) => JSON.parse(readFileSync(file, 'utf8'));

const fail = (lines) => {
  for (const line of lines) console.error(line);
  process.exit(1);
};

const written = () => readPage(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '');

/** Tests that have cells, beside those that need a kernel of their own. */
const testFiles = () =>
  readdirSync(join(ROOT, 'test'), { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('test/vm/'))
    .filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('/matrix-cell.js'));

const version = (name) => {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
  return `${name} ${status === 0 && stdout !== '' ? stdout : 'missing'}`;
};

const commit = () => {
  const changed = output('git', 'status', '--porcelain', '--', 'src', 'test', 'native') !== '';
  return `${output('git', 'rev-parse', '--short=7', 'HEAD')}${changed ? ' and changes' : ''}`;
};

const runCells = (asked) => {
  const folder = mkdtempSync(join(tmpdir(), 'spindle-matrix-'));
  const report = join(folder, 'tests.json');
  const env = { ...process.env, SPINDLE_MATRIX: asked };
  // All at once keep a machine busy.
  const patient = '--testTimeout=240000';
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // A cell that fails must do so twice: the machine may have been asleep.
  spawnSync('npx', ['vitest', 'run', '--retry=1', patient, ...reporters, ...testFiles()], {
    cwd: ROOT,
    stdio: 'inherit',
    env,
  });
  const found = readReport(report);
  rmSync(folder, { recursive: true });
  return found;
};

/** Cells in the guest of test/rig; without the rig there are none. */
const runGuest = () => {
  spawnSync(join(ROOT, 'test/rig/test.sh'), ['foreign'], { cwd: ROOT, stdio: 'inherit' });
  const report = join(process.env['RIG_WORK'] ?? join(homedir(), '.cache/spindle-rig'), 'out/tests.json');
  return existsSync(report) ? readReport(report) : { testResults: [] };
};

const compare = (files) => {
  const cells = cellsIn(...files.filter((file) => existsSync(file)).map(readReport));
  const ran = cells.filter(({ end }) => end !== undefined);
  console.log(`${ran.length} of ${cells.length} cells of docs/matrix.md ran`);
  const wrong = [...faultsOf(cells), ...differences(cells, written().rows)];
  if (ran.length === 0) wrong.push('no cell ran');
  if (wrong.length > 0) fail(wrong);
};

const isWanted = ({ row }) =>
  values.only === undefined || values.only.some((text) => `${row} |`.includes(text));

/** Whether rows that are asked for are of media that the guest's performers record. */
const concernsGuest = (cells) =>
  cells
    .filter(isWanted)
    .some(({ row }) => PERFORMERS.some(({ guest, media }) => guest && media.test(row.split(' | ')[0])));

const versionsHere = () => PACKAGES.map(version).join(', ');
const ranHere = () => `${commit()}, ${new Date().toISOString().slice(0, 10)}`;

/** The page as it is, where programs of the same versions are here. */
const writtenWith = (versions) => {
  const before = written();
  if (before.rows.length > 0 && before.versions !== versions)
    fail([`docs/matrix.md is of ${before.versions}, here are ${versions}: run the whole`]);
  return before;
};

/** Rows that were asked for, among those that the page has. */
const merged = (rows, versions) => {
  if (values.only === undefined) return rows;
  const before = writtenWith(versions);
  const wanted = rows.filter(isWanted);
  const known = new Map(before.rows.map((each) => [each.row, each]));
  for (const each of wanted) known.set(each.row, each);
  // In the order of the tests; what they no longer have goes.
  return rows.flatMap(({ row }) => known.get(row) ?? []);
};

/** Writes the page with the rows that cells are for, and fails where one of them did. */
const writeRows = (cells, rowsWith) => {
  const faults = faultsOf(cells);
  if (faults.length > 0) fail(faults);
  const versions = versionsHere();
  writeFileSync(PAGE, pageOf(rowsWith(versions), versions));
  const failed = cells.filter(({ end }) => end === 'FAILED').map(({ title }) => `${title}: failed`);
  if (failed.length > 0) fail(failed);
};

const take = (files) => {
  const cells = cellsIn(...files.map(readReport));
  writeRows(cells, (versions) => takenInto(writtenWith(versions).rows, cells, ranHere()));
};

const write = () => {
  const ours = runCells(values.only?.join('\n') ?? 'all');
  const cells = concernsGuest(cellsIn(ours)) ? cellsIn(ours, runGuest()) : cellsIn(ours);
  writeRows(cells, (versions) => merged(rowsOf(cells, ranHere()), versions));
};

if (values.compare) compare(positionals);
else if (values.take) take(positionals);
else write();
