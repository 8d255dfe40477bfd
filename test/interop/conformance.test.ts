/** Every combination of file systems of a hostile tree, read by all who read it: docs/filesystems.md is the table. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validateFile } from '../../src/image/import/validate-file.js';
import { treeRequest } from '../../src/image/master-request.js';
import type { NameChange } from '../../src/image/name-changes.js';
import { expectedOf, linesOf } from '../support/conformance/compare.js';
import { conformancePage } from '../support/conformance/page.js';
import { udfJudge } from '../support/udf-judge.js';
import { type Reader, READERS } from '../support/conformance/readers.js';
import { STRUCTURES } from '../support/conformance/structures.js';
import { VOLUMES } from '../support/conformance/volumes.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { makeHostileTree, makeLateFile } from '../support/trees.js';

const scratch = scratchFolder('conformance');
const hostile = `${scratch.path}/hostile`;
const tame = `${scratch.path}/tame`;

beforeAll(() => {
  mkdirSync(hostile);
  makeHostileTree(hostile);
  makeLateFile(hostile);
  // For this target libisofs refuses a whole image, and isoinfo dies; readers.test.ts has it for the others.
  execFileSync('rm', [`${hostile}/links/4000 bytes`]);
  execFileSync('touch', ['-d', '@1000000000', `${hostile}/links`]);
  mkdirSync(`${tame}/one/two/three`, { recursive: true });
  for (const [path, bytes] of [
    ['one/a block', 2048],
    ['one/two/large', 1_234_567],
    ['one/two/three/a byte more', 2049],
    ['one/name.txt', 7],
  ] as const)
    writeFileSync(`${tame}/${path}`, Buffer.alloc(bytes, path));
});

afterAll(scratch.remove);

const isThere = ({ name, tools }: Reader): boolean =>
  name === 'libudfread' ? udfJudge() !== undefined : tools.every(hasTool);

interface Made {
  readonly image: string;
  readonly changes: readonly NameChange[];
}

describe.each(VOLUMES)('$name', (volume) => {
  const made: Record<string, Made> = {};

  /** The volume of one of the trees, made when somebody is the first to look at it. */
  const imageOf = async (tree: string): Promise<Made> => {
    const image = `${tree} ${volume.name.replaceAll(/\W/g, '-')}`;
    const known = made[tree];
    if (known) return known;
    const { contents } = await writeIso(tree, image, volume.request);
    return (made[tree] = { image, changes: [...contents.nameChanges.items] });
  };

  it('has nothing that the validator minds', async () => {
    const fd = openSync((await imageOf(hostile)).image, 'r');
    const { findings, views } = await validateFile(fd, {});
    closeSync(fd);
    expect(findings).toEqual([]);
    expect(views.map(({ view }) => view)).toContain(
      volume.view === 'iso9660-1999' ? 'enhanced' : volume.view,
    );
  });

  for (const reader of READERS) {
    const { name, views, passesBy, read, shows, digest, partly } = reader;
    const facets = views[volume.view];
    if (!facets || !read || passesBy?.(volume)) continue;
    it.skipIf(!isThere(reader))(`is the source to ${name}: ${['names', ...facets].join(', ')}`, async () => {
      const tree = reader.tame ? tame : hostile;
      const { image, changes } = await imageOf(tree);
      const expected = expectedOf(tree, volume, { changes, cutByLinux: false, digest })
        .map((entry) => (shows ? shows(entry, volume) : entry))
        .filter((entry) => entry !== undefined);
      const found = linesOf(read(image, volume.view, scratch.path), facets);
      const wanted = linesOf(expected, facets);
      expect(wanted.length).toBeGreaterThan(5);
      expect(partly ? found.filter((line) => wanted.includes(line)) : found).toEqual(wanted);
    });
  }
});

describe('docs/filesystems.md', () => {
  it('is what is tried here', async () => {
    await expect(conformancePage()).toMatchFileSnapshot('../../docs/filesystems.md');
  });

  it('names tests that are there', () => {
    const named = STRUCTURES.flatMap(({ shownBy }) => shownBy);
    expect(named.filter((file) => !existsSync(`${import.meta.dirname}/../../${file}`))).toEqual([]);
  });
});

it.skipIf(!hasTool('isoinfo'))(
  'Files that are to be hidden are hidden to isoinfo, in each tree',
  async () => {
    const image = `${scratch.path}/hidden`;
    await writeIso(hostile, image, aTreeRequest({ hidden: ['/program'] }));
    for (const tree of ['-R', '-J']) {
      const lines = execFileSync('isoinfo', ['-l', tree, '-i', image], { encoding: 'latin1' }).split('\n');
      // ECMA-119 9.1.6: the second number in the brackets.
      expect(
        lines.filter((line) => line.includes(' 01] ')).map((line) => line.split('] ')[1]?.trim()),
      ).toEqual(['program']);
    }
  },
);

/** The file system of the test may refuse device nodes to whoever runs it. */
const withDevices = (folder: string): boolean => {
  try {
    execFileSync('mknod', ['-m', '640', `${folder}/disk`, 'b', '8', '17'], { stdio: 'ignore' });
    execFileSync('mknod', ['-m', '644', `${folder}/console`, 'c', '5', '1'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

it.skipIf(!hasTool('bsdtar'))('Device numbers are those of the source to bsdtar', async (context) => {
  const folder = `${scratch.path}/devices`;
  mkdirSync(folder);
  context.skip(!withDevices(folder), 'no device nodes for whoever runs this');
  const image = `${scratch.path}/devices.iso`;
  const posix = { ...treeRequest.shape.posix.parse({}), devices: true };
  await writeIso(folder, image, aTreeRequest({ posix }));
  const listed = execFileSync('bsdtar', ['-tvf', image], { encoding: 'utf8' });
  expect(listed).toMatch(/^brw-r----- .* 8,17 .* disk$/m);
  expect(listed).toMatch(/^crw-r--r-- .* 5,1 .* console$/m);
});

it.skipIf(!hasTool('isoinfo'))('Path tables name every directory to isoinfo', async () => {
  const image = `${scratch.path}/path-tables`;
  const { contents } = await writeIso(hostile, image);
  const listed = execFileSync('isoinfo', ['-p', '-i', image], { encoding: 'latin1' });
  expect(listed.match(/^ *\d+: +\d+ /gm)).toHaveLength(contents.summary.directories);
});
