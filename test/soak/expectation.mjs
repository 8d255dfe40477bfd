import { execFile } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { readFrom, readWhole, sha256 } from './media.mjs';

const run = promisify(execFile);

const hasProgram = async (name) =>
  run(name, ['--version']).then(
    () => true,
    () => false,
  );
/** Reads ISO 9660 with Rock Ridge and shares nothing with us. */
export const HAS_READER = await hasProgram('bsdtar');

const filesIn = (folder, below = '') =>
  readdirSync(path.join(folder, below)).flatMap((name) => {
    const inside = path.join(below, name);
    return lstatSync(path.join(folder, inside)).isDirectory() ? filesIn(folder, inside) : [inside];
  });

const shown = (file) =>
  lstatSync(file).isSymbolicLink() ? `link:${readlinkSync(file)}` : sha256(readFileSync(file));

const BLOCK = 2048;
/** ISO 9660 (ECMA-119 §6.2.1, §6.7.1): volume descriptors begin behind a system area of so many blocks and end with one of this type. */
const SYSTEM_AREA_BLOCKS = 16;
const TERMINATOR = 255;

/** Not a block more: behind them the first session may already have files. */
const descriptorsOf = (image) => {
  let end = SYSTEM_AREA_BLOCKS;
  while (end * BLOCK < image.length && image[end * BLOCK] !== TERMINATOR) end += 1;
  return image.subarray(SYSTEM_AREA_BLOCKS * BLOCK, (end + 1) * BLOCK);
};

/**
 * An image as it lies on its disc, for a program that knows no sessions: the blocks before it are what the disc holds or a
 * hole, and its volume descriptors are repeated where those of the first session would be.
 */
const writeInPlace = (file, bytes, start, before) => {
  const fd = openSync(file, 'w');
  writeSync(fd, before, 0, before.length, 0);
  writeSync(fd, bytes, 0, bytes.length, start * BLOCK);
  const descriptors = descriptorsOf(bytes);
  if (start > 0) writeSync(fd, descriptors, 0, descriptors.length, SYSTEM_AREA_BLOCKS * BLOCK);
  closeSync(fd);
};

const NOTHING_BEFORE = Buffer.alloc(0);

/** The files of an image, as another program reads them: path to what each holds. */
const extract = async ({ data, start, before = NOTHING_BEFORE }, scratch) => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(path.join(scratch, 'out'), { recursive: true });
  writeInPlace(path.join(scratch, 'disc.iso'), data, start, before);
  await run('bsdtar', ['-xf', path.join(scratch, 'disc.iso'), '-C', path.join(scratch, 'out')]);
  const out = path.join(scratch, 'out');
  const files = new Map(filesIn(out).map((file) => [file, shown(path.join(out, file))]));
  rmSync(scratch, { recursive: true, force: true });
  return files;
};

const sameFiles = (a, b) => a.size === b.size && [...a].every(([name, content]) => b.get(name) === content);

const differences = (found, state) =>
  [...new Set([...found.keys(), ...state.keys()])]
    .filter((name) => found.get(name) !== state.get(name))
    .slice(0, 3);

/**
 * The files of the session that a session continues, by the blocks before it; undefined where another program cannot read
 * them, so that only what was added can be judged.
 */
const continuedFiles = (before, { start }, scratch) =>
  extract(
    { data: before.subarray(start * BLOCK), start, before: before.subarray(0, start * BLOCK) },
    scratch,
  ).catch(() => undefined);

/** Whether the files are those of a state, over those of the session before where that is continued. */
const shows = (files, state, earlier) => sameFiles(files, new Map([...earlier, ...state]));
const holdsAll = (files, state) => [...state].every(([name, content]) => files.get(name) === content);

const NOTHING_EARLIER = new Map();

const treeFault = async ({ source, states, continues }, found, { scratch, blocksBefore }) => {
  const { data, start, previous } = found;
  const isContinued = continues === true && previous !== undefined;
  const before = isContinued ? blocksBefore() : NOTHING_BEFORE;
  const files = await extract({ data, start, before }, scratch).catch((error) => error);
  if (files instanceof Error) return `another program cannot read it: ${files.message.slice(0, 300)}`;
  const earlier = isContinued ? await continuedFiles(before, previous, scratch) : NOTHING_EARLIER;
  const isRight = (state) => (earlier ? shows(files, state, earlier) : holdsAll(files, state));
  if (states.some(isRight)) return undefined;
  const last = new Map([...(earlier ?? []), ...states.at(-1)]);
  return `it holds what ${source} never was, in ${differences(files, last)}`;
};

/** ECMA-119 §8.4.2, 8.4.8: how many blocks the volume is, counted from the first block of the medium; undefined where there is none. */
const volumeBytes = (descriptors) => {
  const descriptor = descriptors.subarray(SYSTEM_AREA_BLOCKS * BLOCK);
  return descriptor.toString('latin1', 1, 6) === 'CD001' ? descriptor.readUInt32LE(80) * BLOCK : undefined;
};

/**
 * What is wrong with a volume that a job has let grow where every block can be overwritten: the image is what was new of it, spread over the
 * medium, so that the whole is read. What it held before nobody knows any more.
 */
export const faultOfGrown = async ({ state, sources, scratch }, { source, floor }, medium) => {
  if (!HAS_READER) return undefined;
  const head = readWhole(state, medium, 2 * SYSTEM_AREA_BLOCKS * BLOCK);
  const bytes = volumeBytes(head);
  // As after another job that records something else there, which is found out afterwards.
  if (bytes === undefined) return 'there is no volume';
  const data = readWhole(state, medium, bytes);
  const files = await extract({ data, start: 0 }, scratch).catch((error) => error);
  if (files instanceof Error) return `another program cannot read it: ${files.message.slice(0, 300)}`;
  const states = sources.statesSince(source, floor);
  return states.some((one) => holdsAll(files, one))
    ? undefined
    : `it lacks what ${source} was, in ${differences(files, states.at(-1))}`;
};

/** What is wrong with what was recorded, by what the job was to record. */
const FAULTS = {
  copied: ({ digest }, found) =>
    found.digest === digest ? undefined : `it holds ${found.digest.slice(0, 12)}, not what was copied`,
  image: ({ source, states }, { digest }) =>
    states.includes(digest) ? undefined : `it holds ${digest.slice(0, 12)}, which ${source} never was`,
  tree: async (wanted, found, tools) => {
    if (HAS_READER) return treeFault(wanted, found, tools);
    return sha256(await tools.imageContent()) === found.digest
      ? undefined
      : `it holds ${found.digest.slice(0, 12)}, which is not its image`;
  },
};

/**
 * Whether a medium holds, whole and recorded, what a job asked for. What was found right once is known by its digest.
 * @param {{ state: string, scratch: string, sources: any, known: Set<string>, imageContent: () => Promise<Buffer> }} tools
 *   `imageContent`: the image as the API gives it out, for where no other program can read it
 * @param {{ source: string, floor: number, kind: 'tree' | 'image' | 'copied', digest?: string, continues?: boolean }} wanted
 *   `continues`: together with what the session before it shows
 * @param {{ medium: string, track: any, bytes: number, previous?: { start: number } }} place
 * @returns {Promise<{ fault?: string, digest?: string }>} what is wrong, or the digest of what is there
 */
export const faultOfMedium = async (tools, wanted, { medium, track, bytes, previous }) => {
  const { state, sources, known } = tools;
  const { data, recorded } = readFrom(state, medium, track, bytes);
  if (recorded * BLOCK < bytes)
    return { fault: `${recorded} of ${Math.ceil(bytes / BLOCK)} blocks are recorded` };
  const digest = sha256(data);
  const key = `${wanted.source}:${wanted.floor}:${track.start}:${digest}`;
  if (known.has(key)) return { digest };
  const states = wanted.kind === 'copied' ? [] : sources.statesSince(wanted.source, wanted.floor);
  const found = { digest, data, start: track.start, previous };
  const blocksBefore = () => readWhole(state, medium, track.start * BLOCK);
  const fault = await FAULTS[wanted.kind]({ ...wanted, states }, found, { ...tools, blocksBefore });
  if (fault !== undefined) return { fault };
  if (wanted.kind !== 'copied') known.add(key);
  return { digest };
};
