/**
 * How much several virtual drives take at once from our engine, one process each, through the library by which others' programs find
 * them (`test/interop/shim`): from 1 to 16 drives that take what they are given as fast as it comes, and how many go on without running
 * empty at the pace of DVD 16x and of BD 12x. Says where the media are kept, how many bytes each has, what our engine spends on a gigabyte
 * (`bench:burn` has that of other programs) and what bounds each run.
 *
 *   npm run bench:burn-drives [-- --mebibytes 256] [--seconds 20] [--most 16] [--directory /dev/shm]
 *
 * Needs as many images in the directory as there are drives, gcc and /usr/bin/time.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { boundOf, roomIn, storeOf } from './burn/machine-load.mjs';
import { recordOn } from './burn/many-drives.mjs';
import { buildShim } from './burn/served-drive.mjs';
import { has } from './mastering/measure.mjs';

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '256' },
    seconds: { type: 'string', default: '20' },
    most: { type: 'string', default: '16' },
    directory: { type: 'string', default: tmpdir() },
  },
});
const [mebibytes, seconds, most] = [values.mebibytes, values.seconds, values.most].map(Number);
if (!(mebibytes >= 1 && mebibytes <= 4000) || !(seconds >= 1 && seconds <= 200) || !(most >= 1 && most <= 16))
  throw new RangeError('--mebibytes is 1 to 4000, --seconds 1 to 200, --most 1 to 16');
const missing = ['gcc', '/usr/bin/time'].filter((tool) => !has(tool));
if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);

const scratch = mkdtempSync(path.join(values.directory, 'spindle-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const library = buildShim(scratch);

const MEBIBYTE = 1 << 20;
/** @param {number} size in MiB */
const makeImage = (size) => {
  const image = path.join(scratch, 'image.iso');
  const descriptor = openSync(image, 'w');
  for (let written = 0; written < size; written++) writeSync(descriptor, randomBytes(MEBIBYTE));
  closeSync(descriptor);
  return image;
};

const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`;
const row = (/** @type {readonly string[]} */ cells) => cells.map((cell) => cell.padStart(12)).join('');
const HEADINGS = ['drives', 'MB/s', 'each', 'CPU s/GB', 'underruns', 'cores busy', 'stolen'];

/** One run as a row. @param {number} count @param {number} size @param {import('./burn/many-drives.mjs').Run} run */
const say = (count, size, { wall, cpu, underruns, load }) => {
  const bytes = count * size * MEBIBYTE;
  const rate = bytes / wall / 1e6;
  const cells = [
    count,
    rate.toFixed(0),
    (rate / count).toFixed(1),
    ((cpu * 1e9) / bytes).toFixed(2),
    underruns,
  ];
  console.log(`${row([...cells.map(String), percent(load.busy), percent(load.stolen)])}  ${boundOf(load)}`);
};

/** @param {number} size @param {number} count */
const fits = (size, count) => roomIn(scratch) > count * size * MEBIBYTE * 1.1;

console.log(`${cpus().length} cores, Node ${process.version}; media in ${scratch} (${storeOf(scratch)})`);
console.log(`\nAs fast as it goes, ${mebibytes} MiB per medium, DVD+R`);
console.log(row(HEADINGS));
const unpaced = {
  scratch,
  library,
  image: makeImage(mebibytes),
  blank: 'dvd+r',
  speed: 'unlimited',
  asked: 'max',
};
for (const count of [1, 2, 4, 8, 16].filter((drives) => drives <= most)) {
  if (!fits(mebibytes, count)) console.log(`no room for ${count} media`);
  else say(count, mebibytes, await recordOn(/** @type {any} */ (unpaced), count));
}

const PACES = [
  { name: 'DVD 16x', kBps: 22_160, blank: 'dvd+r', asked: 'max' },
  { name: 'BD 12x', kBps: 53_946, blank: 'bd-r', asked: '12x' },
];
for (const { name, kBps, ...paced } of PACES) {
  const size = Math.ceil((kBps * 1000 * seconds) / MEBIBYTE);
  console.log(`\nAt ${name}, ${size} MiB per medium, ${seconds} s`);
  console.log(row(HEADINGS));
  const setup = { scratch, library, image: makeImage(size), speed: 'realtime', ...paced };
  let sustained = 0;
  for (let count = 1; count <= most; count++) {
    if (!fits(size, count)) {
      console.log(`no room for ${count} media`);
      break;
    }
    const run = await recordOn(/** @type {any} */ (setup), count);
    say(count, size, run);
    if (run.underruns > 0) break;
    sustained = count;
  }
  console.log(`${name}: ${sustained} drives did not run empty`);
}
