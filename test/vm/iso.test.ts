import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { FileSystem } from '../../src/image/name-changes.js';
import { expectedOf, linesOf } from '../support/conformance/compare.js';
import { hasAnyCase, readerNamed } from '../support/conformance/readers.js';
import { VOLUMES } from '../support/conformance/volumes.js';
import { writeIso } from '../support/mastering.js';
import { entriesOf, makeHostileTree } from '../support/trees.js';
import { MOUNT_POINT } from './holder.js';
import { mounted as mountedAs, run } from './mounted.js';

const scratch = mkdtempSync(join(tmpdir(), 'iso-'));
const tree = join(scratch, 'tree');
const image = join(scratch, 'volume.iso');

// The file of 2104 is not in this tree: isofs of Linux 6.1 keeps times in 32 bits, and calls it one of 1968.

/** The kernel looks names of Joliet up without regard to case unless it is told not to. */
const OPTIONS: Partial<Record<FileSystem, string>> = {
  'rock-ridge': 'nojoliet',
  joliet: 'norock,iocharset=utf8,check=strict',
  iso9660: 'norock,nojoliet',
};

/** Does something while the kernel has the image mounted as ISO 9660. */
const mounted = <T>(options: string, act: () => T): T =>
  mountedAs({ type: 'iso9660', from: image, options: `loop,ro,${options}` }, act);

beforeAll(() => {
  for (const module of ['loop', 'isofs', 'nls_utf8']) run('modprobe', module);
  mkdirSync(tree);
  makeHostileTree(tree);
});

const { views, shows } = readerNamed('kernel');

describe.each(VOLUMES.filter(({ view }) => OPTIONS[view] !== undefined))('$name', (volume) => {
  const facets = views[volume.view] ?? [];
  const options = [OPTIONS[volume.view], hasAnyCase(volume) && 'map=off'].filter(Boolean).join();

  it(`is the source to the kernel: ${['names', ...facets].join(', ')}`, async () => {
    const { contents } = await writeIso(tree, image, volume.request);
    const changes = [...contents.nameChanges.items];
    const expected = expectedOf(tree, volume, { changes, cutByLinux: true })
      .map((entry) => shows?.(entry, volume))
      .filter((entry) => entry !== undefined);
    mounted(options, () => {
      expect(linesOf(entriesOf(MOUNT_POINT), facets)).toEqual(linesOf(expected, facets));
      if (volume.view !== 'rock-ridge') return;
      expect(lstatSync(`${MOUNT_POINT}/hard/one`).nlink).toBe(3);
      expect(lstatSync(`${MOUNT_POINT}/program`).uid).toBe(lstatSync(`${tree}/program`).uid);
    });
  });
});
