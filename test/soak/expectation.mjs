import { execFile } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { readMedium, sha256 } from './media.mjs';

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

/** The files of an image, as another program reads them: path to what each holds. */
const extract = async (bytes, scratch) => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(path.join(scratch, 'out'), { recursive: true });
  writeFileSync(path.join(scratch, 'disc.iso'), bytes);
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
 * Whether a medium holds, whole and recorded, what a job asked for. What was found right once is known by its digest.
 * @param {{ state: string, scratch: string, sources: any, known: Set<string>, imageContent: () => Promise<Buffer> }} world
 *   `imageContent`: the image as the API gives it out, for where no other program can read it
 * @param {{ source: string, floor: number, kind: 'tree' | 'image' }} wanted
 * @param {string} medium @param {number} bytes
 * @returns {Promise<string | undefined>} what is wrong
 */
export const faultOfMedium = async (
  { state, scratch, sources, known, imageContent },
  wanted,
  medium,
  bytes,
) => {
  const { data, recorded, tables } = readMedium(state, medium, bytes);
  if (recorded * 2048 < bytes) return `${recorded} of ${Math.ceil(bytes / 2048)} blocks are recorded`;
  if (tables.underway !== null) return `the medium is left in the middle of a ${tables.underway}`;
  const digest = sha256(data);
  const states = sources.statesSince(wanted.source, wanted.floor);
  const key = `${wanted.source}:${wanted.floor}:${digest}`;
  if (known.has(key)) return undefined;
  if (wanted.kind === 'image') {
    if (!states.includes(digest)) return `it holds ${digest.slice(0, 12)}, which ${wanted.source} never was`;
  } else if (!HAS_READER) {
    if (sha256(await imageContent()) !== digest)
      return `it holds ${digest.slice(0, 12)}, which is not its image`;
  } else {
    const files = await extract(data, scratch).catch((error) => error);
    if (files instanceof Error) return `another program cannot read it: ${files.message.slice(0, 300)}`;
    if (!states.some((one) => sameFiles(files, one)))
      return `it holds what ${wanted.source} never was, in ${differences(files, states.at(-1)).join(', ')}`;
  }
  known.add(key);
  return undefined;
};
