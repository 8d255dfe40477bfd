import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const TREES = 6;
const FILES = 9;
const IMAGES = 4;
const BLOCK = 2048;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Without a moment in which the file is empty: whoever copies it then has copied what there was. */
const overwrite = (file, bytes) => {
  const fd = openSync(file, 'r+');
  writeSync(fd, bytes);
  closeSync(fd);
};

/** What can happen to a file while somebody may be recording it. Each leaves the whole tree in one known state. */
const ALTERATIONS = [
  {
    name: 'rewritten, size and time kept',
    weight: 3,
    alter: (file, random) => {
      const { atime, mtime, size } = statSync(file);
      overwrite(file, random.bytes(Math.max(size, 4)).subarray(0, size));
      utimesSync(file, atime, mtime);
    },
  },
  {
    name: 'grown',
    weight: 2,
    alter: (file, random) => appendFileSync(file, random.bytes(random.int(1, 5000))),
  },
  { name: 'shortened', weight: 2, alter: (file) => truncateSync(file, statSync(file).size >> 1) },
  {
    name: 'replaced',
    weight: 2,
    alter: (file, random, aside) => {
      writeFileSync(aside, random.bytes(random.int(4, 60_000)));
      renameSync(aside, file);
    },
  },
  { name: 'gone', weight: 2, alter: (file) => rmSync(file) },
  {
    name: 'turned into a link',
    weight: 1,
    alter: (file) => {
      rmSync(file);
      symlinkSync('elsewhere', file);
    },
  },
  {
    name: 'turned into a FIFO',
    weight: 1,
    alter: (file) => {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    },
  },
];

/** What a path holds, as a disc would show it. */
const stateOf = (name) => (name.startsWith('turned into a link') ? 'link:elsewhere' : 'other');

/**
 * The sources of a run: trees and image files beneath one root, with everything that each ever was. A disc must hold
 * one of the states that its source had since the job was made, and hold that whole. Trees come and go by one rename:
 * a half of one is no state.
 * @param {string} root @param {string} aside a folder on the same file system
 * @param {import('./random.mjs').Random} random
 */
export const createSources = (root, aside, random) => {
  /** @type {Map<string, { kind: 'tree' | 'image' | 'steady', large?: number, states: any[], intact: boolean }>} */
  const sources = new Map();
  let discarded = 0;
  mkdirSync(aside, { recursive: true });
  const fresh = path.join(aside, 'new');

  const discard = (name) => {
    const place = path.join(root, name);
    if (existsSync(place)) renameSync(place, path.join(aside, `old-${(discarded += 1)}`));
  };

  const write = (file, bytes) => {
    const place = path.join(fresh, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  };

  const makeTree = (large) => {
    const files = new Map();
    for (let number = 0; number < FILES; number += 1) {
      const size = number === 0 ? large : random.pick([0, 700, 3000, 40_000, 250_000]);
      const file = random.pick(['', 'deeper/', 'deeper/still/']) + `file-${number}.bin`;
      const bytes = random.bytes(Math.max(4, size)).subarray(0, size);
      write(file, bytes);
      files.set(file, sha256(bytes));
    }
    return files;
  };

  const makeImage = () => {
    const bytes = random.bytes(random.int(200, 1500) * BLOCK);
    writeFileSync(fresh, bytes);
    return sha256(bytes);
  };

  /** Puts a source into a new state, for the first time or again. */
  const make = (name) => {
    const source = sources.get(name);
    const state = source.kind === 'image' ? makeImage() : makeTree(source.large);
    discard(name);
    source.states.push(state);
    renameSync(fresh, path.join(root, name));
    source.intact = true;
  };

  for (let number = 0; number < TREES; number += 1) {
    const large = [100_000, 600_000, 1_500_000, 3_000_000, 6_000_000, 10_000_000][number];
    sources.set(`tree-${number}`, { kind: 'tree', large, states: [], intact: false });
  }
  for (let number = 0; number < IMAGES; number += 1)
    sources.set(`image-${number}.img`, { kind: 'image', states: [], intact: false });
  // One that nobody ever alters.
  sources.set('steady', { kind: 'steady', large: 800_000, states: [], intact: false });
  for (const name of sources.keys()) make(name);

  /** Does something to one file of a source; says what. */
  const alter = (name) => {
    const source = sources.get(name);
    if (source.kind === 'image') {
      const place = path.join(root, name);
      if (!existsSync(place)) return 'nothing left';
      const bytes = random.bytes(statSync(place).size);
      overwrite(place, bytes);
      source.states.push(sha256(bytes));
      return 'rewritten';
    }
    const last = source.states.at(-1);
    const file = random.pick([...last.keys()]);
    if (file === undefined) return 'nothing left';
    const place = path.join(root, name, file);
    const isPlain = /^[0-9a-f]{64}$/.test(last.get(file));
    const row = isPlain ? random.weighted(ALTERATIONS) : ALTERATIONS.find((one) => one.name === 'gone');
    row.alter(place, random, fresh);
    const now = new Map(last);
    if (row.name === 'gone') now.delete(file);
    else if (row.name.startsWith('turned')) now.set(file, stateOf(row.name));
    else now.set(file, sha256(readFileSync(place)));
    source.states.push(now);
    source.intact = false;
    return `${file} ${row.name}`;
  };

  const vanish = (name) => {
    const source = sources.get(name);
    discard(name);
    source.states.push(source.kind === 'tree' ? new Map() : 'gone');
    source.intact = false;
  };

  return {
    names: (kind) => [...sources].filter(([, source]) => source.kind === kind).map(([name]) => name),
    /** Sources that are not what they were made as. */
    broken: () => [...sources].filter(([, { intact }]) => !intact).map(([name]) => name),
    /** Of this state and all later ones a job may record any. */
    now: (name) => sources.get(name).states.length - 1,
    statesSince: (name, index) => sources.get(name).states.slice(index),
    make,
    /** For when nobody can be reading any more. */
    clear: () => {
      for (const old of readdirSync(aside)) rmSync(path.join(aside, old), { recursive: true, force: true });
    },
    alter,
    vanish,
  };
};
