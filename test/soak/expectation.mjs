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
import { readFrom, sha256 } from './media.mjs';

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
/** ISO 9660 (ECMA-119 §6.2.1): volume descriptors begin behind a system area of so many blocks. */
const SYSTEM_AREA_BLOCKS = 16;

/**
 * An image as it lies on its disc, for a program that knows no sessions: the blocks before it are a hole, and its volume
 * descriptors are repeated where those of the first session would be.
 */
const writeInPlace = (file, bytes, start) => {
  const fd = openSync(file, 'w');
  writeSync(fd, bytes, 0, bytes.length, start * BLOCK);
  const descriptors = bytes.subarray(SYSTEM_AREA_BLOCKS * BLOCK, 2 * SYSTEM_AREA_BLOCKS * BLOCK);
  if (start > 0) writeSync(fd, descriptors, 0, descriptors.length, SYSTEM_AREA_BLOCKS * BLOCK);
  closeSync(fd);
};

/** The files of an image, as another program reads them: path to what each holds. */
const extract = async (bytes, start, scratch) => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(path.join(scratch, 'out'), { recursive: true });
  writeInPlace(path.join(scratch, 'disc.iso'), bytes, start);
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

/** What is wrong with what was recorded, by what the job was to record. */
const FAULTS = {
  copied: ({ digest }, found) =>
    found.digest === digest ? undefined : `it holds ${found.digest.slice(0, 12)}, not what was copied`,
  image: ({ source, states }, { digest }) =>
    states.includes(digest) ? undefined : `it holds ${digest.slice(0, 12)}, which ${source} never was`,
  tree: async ({ source, states }, { digest, data, start }, { scratch, imageContent }) => {
    if (!HAS_READER)
      return sha256(await imageContent()) === digest
        ? undefined
        : `it holds ${digest.slice(0, 12)}, which is not its image`;
    const files = await extract(data, start, scratch).catch((error) => error);
    if (files instanceof Error) return `another program cannot read it: ${files.message.slice(0, 300)}`;
    if (states.some((one) => sameFiles(files, one))) return undefined;
    return `it holds what ${source} never was, in ${differences(files, states.at(-1)).join(', ')}`;
  },
};

/**
 * Whether a medium holds, whole and recorded, what a job asked for. What was found right once is known by its digest.
 * @param {{ state: string, scratch: string, sources: any, known: Set<string>, imageContent: () => Promise<Buffer> }} tools
 *   `imageContent`: the image as the API gives it out, for where no other program can read it
 * @param {{ source: string, floor: number, kind: 'tree' | 'image' | 'copied', digest?: string }} wanted
 * @param {{ medium: string, track: any, bytes: number }} place
 * @returns {Promise<{ fault?: string, digest?: string }>} what is wrong, or the digest of what is there
 */
export const faultOfMedium = async (tools, wanted, { medium, track, bytes }) => {
  const { state, sources, known } = tools;
  const { data, recorded } = readFrom(state, medium, track, bytes);
  if (recorded * BLOCK < bytes)
    return { fault: `${recorded} of ${Math.ceil(bytes / BLOCK)} blocks are recorded` };
  const digest = sha256(data);
  const key = `${wanted.source}:${wanted.floor}:${track.start}:${digest}`;
  if (known.has(key)) return { digest };
  const states = wanted.kind === 'copied' ? [] : sources.statesSince(wanted.source, wanted.floor);
  const found = { digest, data, start: track.start };
  const fault = await FAULTS[wanted.kind]({ ...wanted, states }, found, tools);
  if (fault !== undefined) return { fault };
  if (wanted.kind !== 'copied') known.add(key);
  return { digest };
};
