/**
 * What mastering costs: `spindle master` beside the programs that people use today, each to a pipe, alternating in one run. Prints medians of
 * wall time, CPU time (user and system, start-up included) and peak memory.
 *
 *   npm run bench:mastering [-- --rounds 3] [--sets small,many,large,sparse] [--directory /var/tmp]
 *
 * Needs about 6 GB and a million inodes in the directory, /usr/bin/time, xorriso, genisoimage, tar and cat.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare, has, measure } from './mastering/measure.mjs';
import {
  EMPTY_ENTRIES,
  makeEmptyFiles,
  makeLargeFiles,
  makeSmallFiles,
  makeSparseFiles,
} from './mastering/trees.mjs';

const ALL_SETS = ['small', 'many', 'large', 'sparse'];
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    sets: { type: 'string', default: ALL_SETS.join() },
    directory: { type: 'string', default: tmpdir() },
  },
});
const rounds = Number(values.rounds);
if (!(rounds >= 1 && rounds <= 50)) throw new RangeError('--rounds is 1 to 50');
const sets = values.sets.split(',');
const unknown = sets.filter((set) => !ALL_SETS.includes(set));
if (unknown.length > 0) throw new RangeError(`--sets has ${unknown.join()}; there are ${ALL_SETS.join()}`);

const missing = ['/usr/bin/time', 'xorriso', 'genisoimage', 'tar', 'cat'].filter((tool) => !has(tool));
if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);

const scratch = mkdtempSync(path.join(values.directory, 'spindle-bench-'));
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** @typedef {import('./mastering/measure.mjs').Cost} Cost */

const spindle = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const master = (/** @type {string} */ folder, /** @type {string[]} */ ...options) => [
  process.execPath,
  spindle,
  'master',
  folder,
  '-o',
  '-',
  ...options,
];
const genisoimage = ['genisoimage', '-quiet', '-J', '-R'];
const xorriso = ['xorriso', '-as', 'mkisofs', '-quiet', '-J', '-R'];

/** ISO 9660 with Joliet and Rock Ridge everywhere; what is beside them, or added, is in the name. */
const OURS = { iso: 'spindle', bridge: 'spindle, UDF', digests: 'spindle, UDF, SHA-256' };
const THEIRS = {
  iso: 'genisoimage',
  bridge: 'genisoimage, UDF',
  xorriso: 'xorriso',
  digests: 'xorriso --md5',
};

const programsFor = (/** @type {string} */ folder) => [
  { name: OURS.iso, command: master(folder) },
  { name: THEIRS.iso, command: [...genisoimage, folder] },
  { name: THEIRS.xorriso, command: [...xorriso, folder] },
  { name: OURS.bridge, command: master(folder, '--udf', '1.02') },
  { name: THEIRS.bridge, command: [...genisoimage, '-udf', folder] },
  { name: 'spindle, UDF 2.50 alone', command: master(folder, '--udf', '2.50', '--no-iso') },
  { name: OURS.digests, command: master(folder, '--udf', '1.02', '--manifest', '/SHA256SUMS') },
  { name: THEIRS.digests, command: [...xorriso, '--md5', folder] },
  { name: 'tar', command: ['tar', 'cf', '-', '-C', folder, '.'] },
  {
    name: 'cat',
    command: ['sh', '-c', 'find "$0" -type f -print0 | xargs -0 cat', folder],
  },
];

const row = (/** @type {readonly string[]} */ cells) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(12))).join('');

/**
 * @param {string} title
 * @param {(folder: string) => void} make
 * @returns {ReadonlyMap<string, Cost>}
 */
const bench = (title, make) => {
  const folder = path.join(scratch, 'tree');
  make(folder);
  execFileSync('sh', ['-c', 'find "$0" -type f -print0 | xargs -0 cat > /dev/null', folder]);
  const costs = compare(programsFor(folder), rounds, scratch);
  rmSync(folder, { recursive: true });
  console.log(`\n${title}, median of ${rounds}, load ${loadavg()[0]?.toFixed(1)}`);
  console.log(row(['', 'wall s', 'CPU s', 'peak MiB']));
  for (const [name, { wall, cpu, rss }] of costs)
    console.log(row([name, wall.toFixed(2), cpu.toFixed(2), rss.toFixed(0)]));
  return costs;
};

/** @param {string} aim @param {boolean} met @param {string} got */
const verdict = (aim, met, got) => {
  console.log(`${met ? 'met    ' : 'NOT MET'}  ${aim}: ${got}`);
};

/** @param {ReadonlyMap<string, Cost>} costs @param {string} name */
const costOf = (costs, name) => {
  const cost = costs.get(name);
  if (!cost) throw new Error(`nothing was measured of ${name}`);
  return cost;
};

/** @param {ReadonlyMap<string, Cost>} costs @param {string} ours @param {string} theirs @param {number} [share] */
const below = (costs, ours, theirs, share = 1) => {
  const [our, their] = [costOf(costs, ours).cpu, costOf(costs, theirs).cpu];
  const aim = share === 1 ? 'below' : `below ${share} x`;
  verdict(
    `CPU of ${ours} ${aim} ${theirs}`,
    our < share * their,
    `${our.toFixed(2)} s, ${their.toFixed(2)} s`,
  );
};

/** @param {ReadonlyMap<string, Cost>} costs */
const belowOthers = (costs) => {
  below(costs, OURS.iso, THEIRS.iso);
  below(costs, OURS.bridge, THEIRS.bridge);
  below(costs, OURS.bridge, THEIRS.xorriso);
};

console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);

if (sets.includes('small')) {
  const costs = bench('100,000 files of 0 to 16 KiB', makeSmallFiles);
  belowOthers(costs);
  const { rss } = costOf(costs, OURS.iso);
  verdict('at most 150 MiB for 100,000 files', rss <= 150, `${rss.toFixed(0)} MiB`);
}

if (sets.includes('many')) {
  const empty = path.join(scratch, 'empty');
  mkdirSync(empty);
  const least = measure(master(empty), scratch).rss;
  const costs = bench(`${EMPTY_ENTRIES.toLocaleString('en')} empty entries`, makeEmptyFiles);
  belowOthers(costs);
  for (const ours of [OURS.iso, OURS.bridge]) {
    const bytes = ((costOf(costs, ours).rss - least) * 2 ** 20) / EMPTY_ENTRIES;
    verdict(`below 1 KiB of memory per entry, ${ours}`, bytes < 1024, `${bytes.toFixed(0)} bytes`);
  }
}

if (sets.includes('large')) {
  const costs = bench('4 GiB in four files', makeLargeFiles);
  belowOthers(costs);
  below(costs, OURS.digests, THEIRS.digests, 0.5);
  const ofCat = costOf(costs, OURS.iso).cpu / costOf(costs, 'cat').cpu;
  verdict('CPU at most 1.1 x cat', ofCat <= 1.1, `${ofCat.toFixed(2)} x`);
}

if (sets.includes('sparse')) {
  const peaks = [4, 40].map((gibibytes) => {
    const folder = path.join(scratch, `sparse ${gibibytes}`);
    makeSparseFiles(folder, gibibytes);
    return measure(master(folder), scratch).rss;
  });
  const [peak4 = 0, peak40 = 0] = peaks;
  console.log(
    `\nSparse files: peak of ${peak4.toFixed(0)} MiB for 4 GiB, ${peak40.toFixed(0)} MiB for 40 GiB`,
  );
  const apart = Math.abs(peak40 - peak4);
  verdict('equal within 10 MiB for 4 and 40 GiB', apart <= 10, `${apart.toFixed(0)} MiB apart`);
}
