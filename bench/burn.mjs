/**
 * What recording costs: our engine beside the programs that people use today, each recording the same image on a new blank of the
 * same virtual drive through the same library (`test/interop/shim`), alternating in one run. Prints medians of wall time and of the
 * program's own CPU time (user and system, start-up included), and ratios to ours. What was recorded is compared each time.
 *
 *   npm run bench:burn [-- --rounds 3] [--mebibytes 256] [--blank dvd+r] [--directory /var/tmp]
 *
 * The drive takes what it is given as fast as it can and keeps it in the directory: it bounds the wall time, CPU time is what a
 * program takes of a machine that feeds real drives. Needs four times the image there, gcc, /usr/bin/time, xorriso, cdrskin,
 * growisofs.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { storeOf } from './burn/machine-load.mjs';
import { OUR_COMMAND } from './burn/many-drives.mjs';
import { DEVICE, buildShim, serveDrive } from './burn/served-drive.mjs';
import { has, measure, median } from './mastering/measure.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    mebibytes: { type: 'string', default: '256' },
    blank: { type: 'string', default: 'dvd+r' },
    directory: { type: 'string', default: tmpdir() },
  },
});
const [rounds, mebibytes] = [Number(values.rounds), Number(values.mebibytes)];
if (!(rounds >= 1 && rounds <= 50) || !(mebibytes >= 1 && mebibytes <= 4000))
  throw new RangeError('--rounds is 1 to 50, --mebibytes 1 to 4000');

const missing = ['gcc', '/usr/bin/time', 'xorriso', 'cdrskin', 'growisofs', 'cmp'].filter(
  (tool) => !has(tool),
);
if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);

const scratch = mkdtempSync(path.join(values.directory, 'spindle-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const MEBIBYTE = 1 << 20;
const image = path.join(scratch, 'image.iso');
const descriptor = openSync(image, 'w');
for (let written = 0; written < mebibytes; written++) writeSync(descriptor, randomBytes(MEBIBYTE));
closeSync(descriptor);

const PROGRAMS = [
  { name: 'spindle', command: [...OUR_COMMAND, image] },
  { name: 'xorriso -as cdrecord', command: ['xorriso', '-as', 'cdrecord', `dev=${DEVICE}`, image] },
  { name: 'cdrskin', command: ['cdrskin', `dev=${DEVICE}`, image] },
  { name: 'growisofs -Z', command: ['growisofs', '-Z', `${DEVICE}=${image}`] },
];

const library = buildShim(scratch);

/** @param {readonly string[]} command */
const burn = async (command) => {
  const drive = await serveDrive(scratch, values.blank);
  const variables = [`LD_PRELOAD=${library}`, `SGSHIM_SOCK=${drive.socket}`, `SGSHIM_DEV=${DEVICE}`];
  const cost = measure(['env', ...variables, ...command], scratch);
  const recorded = path.join(scratch, 'recorded.iso');
  await drive.end(recorded);
  execFileSync('cmp', ['-n', String(mebibytes * MEBIBYTE), image, recorded]);
  rmSync(recorded);
  return cost;
};

/** @type {Map<string, import('./mastering/measure.mjs').Cost[]>} */
const costs = new Map(PROGRAMS.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const { name, command } of PROGRAMS) costs.get(name)?.push(await burn(command));

const mediansOf = (/** @type {readonly import('./mastering/measure.mjs').Cost[]} */ all) => ({
  wall: median(all.map(({ wall }) => wall)),
  cpu: median(all.map(({ cpu }) => cpu)),
  rss: median(all.map(({ rss }) => rss)),
});
const own = mediansOf(costs.get('spindle') ?? []);

const row = (/** @type {readonly string[]} */ cells) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(11))).join('');

console.log(
  `${cpus().length} cores, Node ${process.version}; ${mebibytes} MiB on a ${values.blank}, median of ${rounds}`,
);
console.log(`media in ${scratch} (${storeOf(scratch)}), ${mebibytes} MiB each`);
console.log(row(['', 'wall s', 'CPU s', 'CPU s/GB', 'of ours', 'peak MiB']));
for (const [name, all] of costs) {
  const { wall, cpu, rss } = mediansOf(all);
  const perGigabyte = (cpu * 1e9) / (mebibytes * MEBIBYTE);
  const cells = [wall, cpu, perGigabyte, cpu / own.cpu].map((value) => value.toFixed(2));
  console.log(row([name, ...cells, rss.toFixed(0)]));
}
