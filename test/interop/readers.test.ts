import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { NameChange } from '../../src/image/name-changes.js';
import { hasTool } from '../support/has-tool.js';
import { scratchFolder, writeIso, writeSparseIso } from '../support/mastering.js';
import {
  entriesOf,
  type Entry,
  GIANT_BYTES,
  GIANT_MARKS,
  makeGiantFile,
  makeHostileTree,
} from '../support/trees.js';

const withTool = (tool: string) => it.skipIf(!hasTool(tool));

const scratch = scratchFolder('readers');
const tree = `${scratch.path}/tree`;
const image = `${scratch.path}/tree.iso`;

/**
 * The same without a link target of 1,024 bytes and more, for which libisofs refuses a whole image ("Rock Ridge path too long") and
 * isoinfo 1.1.11 dies of a segmentation fault.
 */
const tameTree = `${scratch.path}/tame`;
const tameImage = `${scratch.path}/tame.iso`;
let source: Entry[];
let changes: NameChange[];

beforeAll(async () => {
  mkdirSync(tree);
  makeHostileTree(tree);
  const mastered = await writeIso(tree, image);
  source = entriesOf(tree);
  run('cp', ['-a', tree, tameTree]);
  run('rm', [`${tameTree}/links/4000 bytes`]);
  run('touch', ['-r', `${tree}/links`, `${tameTree}/links`]);
  await writeIso(tameTree, tameImage);
  changes = [...mastered.contents.nameChanges.items];
});

afterAll(scratch.remove);

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'latin1',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const extracted = (name: string): string => {
  const folder = `${scratch.path}/${name}`;
  mkdirSync(folder);
  return folder;
};

describe('The Rock Ridge view of a hostile tree', () => {
  withTool('bsdtar')('is the source to bsdtar: names, kinds, modes, times, contents, link targets', () => {
    const folder = extracted('bsdtar');
    run('bsdtar', ['-xpf', image, '-C', folder]);
    expect(entriesOf(folder)).toEqual(source);
  });

  withTool('bsdtar')('has hard links that bsdtar makes one file again', () => {
    const inodes = ['hard/one', 'hard/two', 'links/three'].map((path) =>
      lstatSync(`${scratch.path}/bsdtar/${path}`),
    );
    expect(new Set(inodes.map(({ ino }) => ino)).size).toBe(1);
    expect(inodes[0]?.nlink).toBe(3);
  });

  // libisofs leaves out what is redundant in a target (`a//b/` becomes `a//b` in its own images too) and sets no times of links.
  withTool('xorriso')(
    'is the source to xorriso, but for times of links and a target that ends in a slash',
    () => {
      const folder = extracted('xorriso');
      run('xorriso', ['-osirrox', 'on', '-indev', tameImage, '-extract', '/', folder]);
      const comparable = (entry: Entry): Entry => ({
        ...entry,
        mtime: entry.kind === 'link' ? 0 : entry.mtime,
        content: entry.path === 'links/slashes' ? '' : entry.content,
      });
      expect(entriesOf(folder).map(comparable)).toEqual(entriesOf(tameTree).map(comparable));
    },
  );

  // isoinfo follows no CL entry: it lists relocated directories where they lie, in rr_moved.
  withTool('isoinfo')('is listed by isoinfo with every name that lies no deeper than 8 levels', () => {
    const listed = run('isoinfo', ['-R', '-f', '-i', tameImage])
      .split('\n/')
      .map((path) => path.replace(/^\/|\n$/g, ''));
    const shallow = entriesOf(tameTree).filter(
      ({ path }) => path.split('/').length < 8 && !path.includes('\n'),
    );
    expect(listed).toEqual(expect.arrayContaining(shallow.map(({ path }) => path)));
    expect(run('isoinfo', ['-l', '-R', '-i', tameImage])).toContain('level 12');
  });
});

/** A path as src/os spells it: what is no UTF-8 is a lone surrogate. */
const escaped = (path: string): string =>
  path.includes('\xff')
    ? path.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
    : Buffer.from(path, 'latin1').toString();

/** Path in Joliet, as it was announced: an announced name stands for the last name of its path. */
const jolietPath = (path: string): string => {
  const announced = new Map(
    changes
      .filter(({ fileSystem }) => fileSystem === 'joliet')
      .map((change) => [change.path, change.recordedAs]),
  );
  const names = escaped(path).split('/');
  return names
    .map((name, index) => announced.get(`/${names.slice(0, index + 1).join('/')}`) ?? name)
    .join('/');
};

/** Time and content of regular files by their path. */
const filesBy = (entries: readonly Entry[], pathOf: (path: string) => string): Record<string, string> =>
  Object.fromEntries(
    entries
      .filter(({ kind }) => kind === 'file')
      .map(({ path, content, mtime }) => [pathOf(path), `${mtime} ${content}`]),
  );

describe('The Joliet view of a hostile tree', () => {
  withTool('7z')('has all regular files for 7z, under the names that were announced', () => {
    const folder = extracted('7z');
    run('7z', ['x', '-y', `-o${folder}`, image]);
    expect(filesBy(entriesOf(folder), escaped)).toEqual(filesBy(source, jolietPath));
  });

  withTool('isoinfo')('is listed by isoinfo, with deep directories in their place and without links', () => {
    const listed = run('isoinfo', ['-l', '-J', '-i', tameImage]);
    expect(listed).toContain(
      'level 1/level 2/level 3/level 4/level 5/level 6/level 7/level 8/level 9/level 10/level 11/level 12',
    );
    expect(listed).toContain('white space and "quotes"');
    expect(listed).not.toContain('dangling');
  });
});

// More than 8 GiB are read, by a machine that may be busy.
describe('A file over 4 GiB', { timeout: 240_000 }, () => {
  const folder = `${scratch.path}/giant`;
  const giant = `${scratch.path}/giant.iso`;
  let digest: string;

  const digestOf = (command: string, args: string[]): Promise<{ digest: string; bytes: number }> =>
    new Promise((resolve, reject) => {
      const hash = createHash('sha256');
      let bytes = 0;
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.on('data', (data: Buffer) => {
        hash.update(data);
        bytes += data.length;
      });
      child.on('error', reject);
      child.on('close', () => {
        resolve({ digest: hash.digest('hex'), bytes });
      });
    });

  beforeAll(async () => {
    mkdirSync(folder);
    makeGiantFile(`${folder}/giant.bin`);
    await writeSparseIso(folder, giant);
    ({ digest } = await digestOf('cat', [`${folder}/giant.bin`]));
  }, 240_000);

  it('takes more than 4 GiB in the image', () => {
    expect(statSync(giant).size).toBeGreaterThan(GIANT_BYTES);
  });

  withTool('bsdtar')('is read whole by bsdtar', async () => {
    expect(await digestOf('bsdtar', ['-xOf', giant, 'giant.bin'])).toEqual({ digest, bytes: GIANT_BYTES });
  });

  withTool('7z')('is read whole by 7z', async () => {
    expect(await digestOf('7z', ['x', '-so', giant, 'giant.bin'])).toEqual({ digest, bytes: GIANT_BYTES });
  });

  withTool('xorriso')(
    'has its marks where xorriso looks for them, at both sides of the border of its extents',
    () => {
      const from = 2 ** 32 - 4096;
      const out = `${scratch.path}/border`;
      run('xorriso', [
        '-osirrox',
        'on',
        '-indev',
        giant,
        '-extract_cut',
        '/giant.bin',
        `${from}`,
        '8192',
        out,
      ]);
      const expected = Buffer.alloc(8192);
      for (const [index, offset] of GIANT_MARKS.entries())
        if (offset >= from && offset < from + 8192) expected.write(`mark ${index}`, offset - from);
      expect(readFileSync(out).equals(expected)).toBe(true);
    },
  );
});
