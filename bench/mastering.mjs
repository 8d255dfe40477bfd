/**
 * What mastering costs: `spindle master` beside the programs that people use today, each to a pipe, alternating in one run. Prints medians of
 * wall time, CPU time (user and system, start-up included) and peak memory.
 *
 *   npm run bench:mastering [-- --rounds 3] [--directory /var/tmp]
 *
 * Needs about 6 GB in the directory, /usr/bin/time, xorriso, genisoimage, tar and cat.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare, has, measure } from './mastering/measure.mjs';
import { makeLargeFiles, makeSmallFiles, makeSparseFiles } from './mastering/trees.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, directory: { type: 'string', default: tmpdir() } },
});
const rounds = Number(values.rounds);
if (!(rounds >= 1 && rounds <= 50)) throw new RangeError('--rounds is 1 to 50');

const missing = ['/usr/bin/time', 'xorriso', 'genisoimage', 'tar', 'cat'].filter((tool) => !has(tool));
if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);

const scratch = mkdtempSync(path.join(values.directory, 'spindle-bench-'));
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const spindle = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const master = (/** @type {string} */ folder) => [process.execPath, spindle, 'master', folder, '-o', '-'];
const catAll = (/** @type {string} */ folder) => [
  'sh',
  '-c',
  'find "$0" -type f -print0 | xargs -0 cat',
  folder,
];

const programsFor = (/** @type {string} */ folder) => [
  { name: 'spindle master', command: master(folder) },
  { name: 'genisoimage -J -R', command: ['genisoimage', '-quiet', '-J', '-R', folder] },
  { name: 'spindle master --udf', command: [...master(folder), '--udf', '1.02'] },
  { name: 'genisoimage -J -R -udf', command: ['genisoimage', '-quiet', '-J', '-R', '-udf', folder] },
  { name: 'xorriso -as mkisofs -J -R', command: ['xorriso', '-as', 'mkisofs', '-quiet', '-J', '-R', folder] },
  { name: 'tar', command: ['tar', 'cf', '-', '-C', folder, '.'] },
  { name: 'cat', command: catAll(folder) },
];

const row = (/** @type {readonly string[]} */ cells) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padStart(10))).join('');

/** @param {string} title @param {string} folder */
const bench = (title, folder) => {
  execFileSync('sh', ['-c', 'find "$0" -type f -print0 | xargs -0 cat > /dev/null', folder]);
  const costs = compare(programsFor(folder), rounds, scratch);
  const ours = costs.get('spindle master') ?? { wall: 0, cpu: 0, rss: 0 };
  console.log(`\n${title}, median of ${rounds}`);
  console.log(row(['', 'wall s', 'CPU s', 'peak MiB', 'our CPU /']));
  for (const [name, { wall, cpu, rss }] of costs)
    console.log(
      row([name, wall.toFixed(2), cpu.toFixed(2), rss.toFixed(0), `${(ours.cpu / cpu).toFixed(2)} x`]),
    );
  return costs;
};

/** @param {string} aim @param {boolean} met @param {string} got */
const verdict = (aim, met, got) => {
  console.log(`${met ? 'met    ' : 'NOT MET'}  ${aim}: ${got}`);
};

console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);

const small = path.join(scratch, 'small');
makeSmallFiles(small);
const smallCosts = bench('100,000 files of 0 to 16 KiB', small);
rmSync(small, { recursive: true });

const large = path.join(scratch, 'large');
makeLargeFiles(large);
const largeCosts = bench('4 GiB in four files', large);
rmSync(large, { recursive: true });

const peaks = [4, 40].map((gibibytes) => {
  const folder = path.join(scratch, `sparse ${gibibytes}`);
  makeSparseFiles(folder, gibibytes);
  return measure(master(folder), scratch).rss;
});
const [peak4 = 0, peak40 = 0] = peaks;

const cpu = (/** @type {typeof smallCosts} */ costs, /** @type {string} */ name) => costs.get(name)?.cpu ?? 0;
const peakOfSmall = smallCosts.get('spindle master')?.rss ?? 0;
console.log(
  `\nPeak memory for sparse files: ${peak4.toFixed(0)} MiB for 4 GiB, ${peak40.toFixed(0)} MiB for 40 GiB\n`,
);
for (const [what, costs] of [
  ['100,000 small files', smallCosts],
  ['4 GiB', largeCosts],
]) {
  const [ours, theirs] = [cpu(costs, 'spindle master'), cpu(costs, 'genisoimage -J -R')];
  verdict(
    `CPU below genisoimage, ${what}`,
    ours < theirs,
    `${ours.toFixed(2)} s, genisoimage ${theirs.toFixed(2)} s`,
  );
}
const ofCat = cpu(largeCosts, 'spindle master') / cpu(largeCosts, 'cat');
verdict('CPU at most 1.1 x cat, 4 GiB', ofCat <= 1.1, `${ofCat.toFixed(2)} x`);
verdict('at most 150 MiB for 100,000 files', peakOfSmall <= 150, `${peakOfSmall.toFixed(0)} MiB`);
verdict(
  'equal within 10 MiB for 4 and 40 GiB',
  Math.abs(peak40 - peak4) <= 10,
  `${Math.abs(peak40 - peak4).toFixed(0)} MiB apart`,
);
