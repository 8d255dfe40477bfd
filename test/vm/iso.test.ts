import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import type { FileSystem } from '../../src/image/name-changes.js';
import { pathBytes } from '../../src/os/path-bytes.js';
import { announcedPaths } from '../support/announced-paths.js';
import { aTreeRequest, writeIso } from '../support/mastering.js';
import { entriesOf, type Entry, makeHostileTree } from '../support/trees.js';
import { MOUNT_POINT } from './holder.js';

const EMPTY = createHash('sha256').digest('hex');

const scratch = mkdtempSync(join(tmpdir(), 'iso-'));
const tree = join(scratch, 'tree');
const image = join(scratch, 'volume.iso');

const run = (command: string, args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
};

/** Does something while the kernel has the image mounted as ISO 9660. */
const mounted = <T>(options: string, act: () => T): T => {
  run('mount', ['-t', 'iso9660', '-o', `loop,ro,${options}`, image, MOUNT_POINT]);
  try {
    return act();
  } finally {
    run('umount', [MOUNT_POINT]);
  }
};

beforeAll(() => {
  for (const module of ['loop', 'isofs', 'nls_utf8']) run('modprobe', [module]);
  mkdirSync(tree);
  makeHostileTree(tree);
});

interface View {
  readonly fileSystem: FileSystem;
  /** Of mount. */
  readonly options: string;
  readonly asked?: Partial<TreeRequest>;
}

/** What a view shows of an entry; permissions are those of Rock Ridge. */
const shown = ({ path, kind, mtime, content, mode }: Entry, { fileSystem }: View): string =>
  [path, kind, mtime, content, ...(fileSystem === 'rock-ridge' ? [mode.toString(8)] : [])].join(' | ');

/** Links are something to Rock Ridge alone: Joliet has none of them, and ISO 9660 beside Rock Ridge has empty files. */
const asHeld = (entry: Entry, { fileSystem, asked }: View): Entry[] => {
  if (entry.kind !== 'link' || fileSystem === 'rock-ridge') return [entry];
  const left = fileSystem === 'iso9660' && asked?.rockRidge !== false;
  return left ? [{ ...entry, kind: 'file', content: EMPTY }] : [];
};

/** Masters the hostile tree, and compares what the kernel shows of it: names, kinds, contents, times, and modes and targets where it knows them. */
const compare = async (view: View, act: () => void = () => undefined): Promise<void> => {
  const { fileSystem, options, asked } = view;
  const mastered = await writeIso(tree, image, aTreeRequest(asked));
  const pathOf = announcedPaths([...mastered.contents.nameChanges.items], fileSystem);
  const announced = (path: string): string => {
    const bytes = Buffer.from(pathBytes(pathOf(path))).toString('latin1');
    // fs/isofs/dir.c makes small letters of the capital ones of ISO 9660.
    return fileSystem === 'iso9660' ? bytes.toLowerCase() : bytes;
  };
  const expected = entriesOf(tree)
    .flatMap((entry) => asHeld(entry, view))
    .map((entry) => shown({ ...entry, path: announced(entry.path) }, view));
  mounted(options, () => {
    const found = entriesOf(MOUNT_POINT).map((entry) => shown(entry, view));
    expect(found.sort()).toEqual(expected.sort());
    act();
  });
};

const bridge = { udf: treeRequest.shape.udf.parse({ revision: '1.02' }) };

describe('A volume of ISO 9660 is the source to the kernel', () => {
  it.each([
    ['', undefined],
    ['of level 1', { level: 1 }],
    [
      'of all relaxed rules',
      { relaxed: ['lower-case', 'ascii', 'many-dots', 'long-names', 'no-version', 'deep-paths'] },
    ],
    ['with all times', { posix: { times: 'all', devices: false } }],
    ['in a bridge with UDF', bridge],
  ] as [string, Partial<TreeRequest> | undefined][])('by Rock Ridge %s', async (_, asked) => {
    await compare({ fileSystem: 'rock-ridge', options: 'nojoliet', ...(asked && { asked }) }, () => {
      expect(lstatSync(`${MOUNT_POINT}/hard/one`).nlink).toBe(3);
      expect(lstatSync(`${MOUNT_POINT}/program`).uid).toBe(lstatSync(`${tree}/program`).uid);
    });
  });

  // The kernel looks names of Joliet up without regard to case unless it is told not to.
  it.each([
    ['', {}],
    ['with long names', { joliet: 'long' }],
    ['alone', { rockRidge: false, skipUnsupported: true, relaxed: ['deep-paths'] }],
  ] as [string, Partial<TreeRequest>][])('by Joliet %s', async (_, asked) => {
    await compare({ fileSystem: 'joliet', options: 'norock,iocharset=utf8,check=strict', asked });
  });

  it.each([
    ['', {}],
    ['of level 1', { level: 1 }],
    ['alone', { rockRidge: false, joliet: false, skipUnsupported: true }],
  ] as [string, Partial<TreeRequest>][])('by its plain names %s', async (_, asked) => {
    const deep = { relaxed: ['deep-paths'] as TreeRequest['relaxed'] };
    await compare({ fileSystem: 'iso9660', options: 'norock,nojoliet', asked: { ...deep, ...asked } });
  });
});
