import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { prepareGrowth, writeGrowth } from '../../src/image/grow.js';
import { readBase } from '../../src/image/import/base.js';
import { fileBlocks } from '../../src/image/import/file-blocks.js';
import { master } from '../../src/image/master.js';
import { emitToFile } from '../../src/image/image-output.js';
import { openRoots } from '../../src/image/roots.js';
import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { StrictIso } from '../support/strict-iso/volume.js';
import { entriesOf, type Entry } from '../support/trees.js';

/** Volumes that were continued, read by programs that we did not write. */

const scratch = scratchFolder('grown');
const at = (name: string): string => `${scratch.path}/${name}`;
const BLOCK = 2048;

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, { encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });

/** The file system of the test may refuse device nodes to whoever runs it. */
const makesDevices = (): boolean => {
  try {
    execFileSync('mknod', [at('probe'), 'c', '1', '3'], { stdio: 'ignore' });
    rmSync(at('probe'));
    return true;
  } catch {
    return false;
  }
};

const quiet = () => ({
  roots: openRoots([{ name: 'tree', path: at('more') }]),
  signal: new AbortController().signal,
  onBytes: () => undefined,
});

const grow = async (
  image: string,
  remove: string[] = [],
  differences: Partial<TreeRequest> = {},
): Promise<void> => {
  const fd = openSync(image, 'r+');
  try {
    const options = { roots: quiet().roots, onEntries: () => undefined };
    await writeGrowth(
      fd,
      await prepareGrowth(fd, { ...aTreeRequest(differences), remove }, options),
      quiet(),
    );
  } finally {
    closeSync(fd);
  }
};

/** What bsdtar reads, as path and content; directories left out. */
const filesOf = (image: string, ...more: string[]): Record<string, string> => {
  const folder = at('extracted');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  run('bsdtar', ['-x', ...more, '-C', folder, '-f', image]);
  return contents(entriesOf(folder));
};

const contents = (entries: readonly Entry[]): Record<string, string> =>
  Object.fromEntries(
    entries.filter(({ kind }) => kind !== 'directory').map(({ path, content }) => [path, content]),
  );

/** What must be seen: the second tree over the first. */
const expected = (without: readonly string[] = []): Record<string, string> => {
  const merged = { ...contents(entriesOf(at('first'))), ...contents(entriesOf(at('more'))) };
  return Object.fromEntries(
    Object.entries(merged).filter(([path]) => !without.some((gone) => path.startsWith(gone))),
  );
};

beforeEach(() => {
  rmSync(at('first'), { recursive: true, force: true });
  rmSync(at('more'), { recursive: true, force: true });
  mkdirSync(at('first/kept/deep'), { recursive: true });
  mkdirSync(at('first/gone'), { recursive: true });
  writeFileSync(at('first/kept/deep/file'), 'kept');
  writeFileSync(at('first/kept/replaced'), 'the old one');
  writeFileSync(at('first/gone/with all'), 'in it');
  writeFileSync(at('first/large'), Buffer.alloc(300_000, 'l'));
  run('ln', ['-s', 'kept/deep/file', at('first/link')]);
  run('ln', [at('first/large'), at('first/same')]);
  mkdirSync(at('more/kept'), { recursive: true });
  mkdirSync(at('more/new'), { recursive: true });
  writeFileSync(at('more/kept/replaced'), 'the new one, which is longer');
  writeFileSync(at('more/new/file'), 'new');
});

afterAll(scratch.remove);

const MAKERS: Readonly<Record<string, (image: string) => unknown>> = {
  spindle: (image) => writeIso(at('first'), image),
  genisoimage: (image) => run('genisoimage', ['-quiet', '-R', '-J', '-o', image, at('first')]),
  xorriso: (image) => run('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-J', '-o', image, at('first')]),
};

const needs = (...tools: string[]) => it.skipIf(!tools.every((tool) => tool === 'spindle' || hasTool(tool)));

describe.each(Object.keys(MAKERS))('A volume that %s made, continued in place', (maker) => {
  needs(maker, 'bsdtar')(
    'shows what was kept, replaced and added, and no more what was removed',
    async () => {
      await MAKERS[maker]?.(at('disc.iso'));
      await grow(at('disc.iso'), ['/gone']);
      expect(filesOf(at('disc.iso'))).toEqual(expected(['gone']));
      expect(filesOf(at('disc.iso'), '--options', 'iso9660:!rockridge')).toHaveProperty(['new/file']);
    },
  );

  needs(maker, 'bsdtar')('can be continued again and again', async () => {
    await MAKERS[maker]?.(at('disc.iso'));
    await grow(at('disc.iso'));
    writeFileSync(at('more/new/file'), 'newer');
    await grow(at('disc.iso'));
    expect(filesOf(at('disc.iso'))).toEqual(expected());
  });
});

describe('When power fails while a volume is continued', () => {
  needs('bsdtar')('the volume is what it was, as long as its descriptors are not written', async () => {
    await writeIso(at('first'), at('disc.iso'));
    const before = readFileSync(at('disc.iso'));
    await grow(at('disc.iso'));
    const after = readFileSync(at('disc.iso'));
    const changed = Array.from({ length: before.length / BLOCK }, (_, block) => block).filter(
      (block) =>
        !before
          .subarray(block * BLOCK, (block + 1) * BLOCK)
          .equals(after.subarray(block * BLOCK, (block + 1) * BLOCK)),
    );
    expect(changed).toEqual([16, 17]);
    writeFileSync(at('cut.iso'), Buffer.concat([before, after.subarray(before.length)]));
    expect(filesOf(at('cut.iso'))).toEqual(contents(entriesOf(at('first'))));
  });
});

describe.each(['plain', 'bootable'])(
  'When power fails in the middle of the descriptors of a %s volume',
  (kind) => {
    needs('xorriso')('none of its files is lost, since none lies in their ECC block', async () => {
      // A boot image is recorded before all other contents.
      const boot = { entries: [{ image: { at: '/kept/deep/file' } }] };
      await writeIso(
        at('first'),
        at('disc.iso'),
        aTreeRequest(kind === 'bootable' ? { boot: treeRequest.shape.boot.parse(boot) } : {}),
      );
      const end = readFileSync(at('disc.iso')).length / BLOCK;
      await grow(at('disc.iso'));
      const torn = readFileSync(at('disc.iso'));
      // An ECC block of BD, which has twice as many blocks as one of DVD.
      torn.fill(0xff, 0, 32 * BLOCK);
      writeFileSync(at('torn.iso'), torn);
      rmSync(at('extracted'), { recursive: true, force: true });
      const start = Math.ceil(end / 32) * 32;
      const load = ['-load', 'sbsector', String(start), '-indev', `stdio:${at('torn.iso')}`];
      run('xorriso', ['-osirrox', 'on', ...load, '-extract', '/', at('extracted')]);
      run('chmod', ['-R', 'u+w', at('extracted')]);
      expect(contents(entriesOf(at('extracted')))).toEqual(expected());
    });
  },
);

describe('A second session for a medium that is written in sequence', () => {
  needs('xorriso')(
    'is read by others from where it begins, and leads to the files of the first',
    async () => {
      const start = 11_700;
      await writeIso(at('first'), at('first.iso'));
      const fd = openSync(at('first.iso'), 'r');
      const base = await readBase(fileBlocks(fd), { start: 0 });
      closeSync(fd);
      const roots = openRoots([{ name: 'tree', path: at('more') }]);
      const request = { ...aTreeRequest(), startBlock: start };
      const session = master(request, { roots, onEntries: () => undefined, base });
      expect(session.contents.summary.parts).toMatchObject([{ start }]);
      await emitToFile(session.contents, at('session'), quiet());
      truncateSync(at('first.iso'), start * BLOCK);
      writeFileSync(
        at('disc.iso'),
        Buffer.concat([readFileSync(at('first.iso')), readFileSync(at('session'))]),
      );
      rmSync(at('extracted'), { recursive: true, force: true });
      run('xorriso', [
        '-osirrox',
        'on',
        '-load',
        'sbsector',
        String(start),
        '-indev',
        at('disc.iso'),
        '-extract',
        '/',
        at('extracted'),
      ]);
      run('chmod', ['-R', 'u+w', at('extracted')]);
      expect(contents(entriesOf(at('extracted')))).toEqual(expected());
    },
  );
});

describe.skipIf(!makesDevices() || !hasTool('genisoimage'))(
  'A volume of genisoimage that is continued',
  () => {
    it('keeps devices, hidden flags and the times of access and change', async () => {
      execFileSync('mknod', ['-m', '640', at('first/disk'), 'b', '259', '300']);
      execFileSync('mkfifo', [at('first/fifo')]);
      writeFileSync(at('first/secret'), 'hidden');
      // 2001-09-09 01:46:40 UTC
      utimesSync(at('first/secret'), 1_000_000_000, 1_000_003_600);
      const image = at('devices.iso');
      run('genisoimage', ['-quiet', '-R', '-hidden', 'secret', '-o', image, at('first')]);
      await grow(image, [], { posix: { times: 'all', devices: true } });
      const entries = new Map(
        new StrictIso(readFileSync(image)).entries('primary').map((entry) => [entry.path, entry]),
      );
      expect(entries.get('disk')?.posix).toMatchObject({ mode: 0o060640, device: [259, 300] });
      expect(entries.get('fifo')?.posix?.mode).toBe(0o010644);
      expect(entries.get('secret')).toMatchObject({ hidden: true, mtime: 1_000_003_600 });
      expect(entries.get('secret')?.posix?.times).toBe(0x0e);
      expect(entries.get('disk')?.hidden).toBe(false);
    });
  },
);
