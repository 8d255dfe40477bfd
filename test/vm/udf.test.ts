import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { treeRequest, type TreeRequest } from '../../src/image/master-request.js';
import type { Mastered } from '../../src/image/master.js';
import { UDF_REVISIONS } from '../../src/udf/revisions.js';
import { VOLUMES } from '../support/conformance/volumes.js';
import { aTreeRequest, masterFolder, writeIso } from '../support/mastering.js';
import { makeHostileTree, makeLateFile } from '../support/trees.js';
import { readUdf } from '../support/udf-reader.js';
import { expectedLines, udfPaths } from '../support/udf-trees.js';
import { MOUNT_POINT } from './holder.js';
import { mounted as mountedAs, run } from './mounted.js';

const scratch = mkdtempSync(join(tmpdir(), 'udf-'));
const tree = join(scratch, 'tree');

/** Does something while the kernel has an image mounted as UDF. */
const mounted = <T>(image: string, options: string, act: () => T): T =>
  mountedAs({ type: 'udf', from: image, options: `loop,${options}` }, act);

const request = (udf: object, differences: Partial<TreeRequest> = {}): TreeRequest =>
  aTreeRequest({ ...differences, udf: treeRequest.shape.udf.parse(udf) });

const image = join(scratch, 'volume.udf');

/** Masters the hostile tree, and compares what the kernel shows of it: names, kinds, modes, owners, times, contents, targets. */
const compare = async (
  asked: TreeRequest,
  links: boolean,
  damage: () => void = () => undefined,
): Promise<void> => {
  const mastered = await writeIso(tree, image, asked);
  damage();
  const changes = [...mastered.contents.nameChanges.items];
  const expected = expectedLines(tree, { pathOf: udfPaths(changes), links, changes });
  const asItIs = (path: string): string => Buffer.from(path, 'latin1').toString();
  mounted(image, 'ro', () => {
    expect(expectedLines(MOUNT_POINT, { pathOf: asItIs, links: true, changes: [] })).toEqual(expected);
    expect(lstatSync(`${MOUNT_POINT}/hard/one`).nlink).toBe(3);
    expect(lstatSync(`${MOUNT_POINT}/hard/one`).ino).toBe(lstatSync(`${MOUNT_POINT}/links/three`).ino);
  });
};

beforeAll(() => {
  for (const module of ['loop', 'udf']) run('modprobe', module);
  mkdirSync(tree);
  makeHostileTree(tree);
  makeLateFile(tree);
  // fs/udf/symlink.c reads one block of a link.
  run('rm', `${tree}/links/4000 bytes`);
});

describe.each(VOLUMES.filter(({ view }) => view === 'udf'))('$name', ({ request: asked }) => {
  it('is the source to the kernel: names, contents, times, modes, owners', async () => {
    await compare(asked, false);
  });
});

describe.each(UDF_REVISIONS)('A volume of UDF %s', (revision) => {
  it('is the source to the kernel, links too', async () => {
    await compare(request({ revision }, { iso9660: false }), true);
  });
});

describe.each(['2.50', '2.60'])('A volume of UDF %s whose metadata file is gone', (revision) => {
  it('is the source to the kernel through the mirror', async () => {
    await compare(request({ revision }), false, () => {
      const bytes = readFileSync(image);
      const { partition } = readUdf(bytes);
      const fd = openSync(image, 'r+');
      writeSync(fd, Buffer.alloc(2048), 0, 2048, partition.start * 2048);
      closeSync(fd);
    });
  });
});

describe.each(['1.50', '2.00', '2.01', '2.50', '2.60'])('A write-once volume of UDF %s', (revision) => {
  it('is found through its virtual allocation table', async () => {
    await compare(request({ revision, access: 'write-once' }, { iso9660: false }), true);
  });
});

describe.each(['1.50', '2.00', '2.01', '2.50', '2.60'])('A sparable volume of UDF %s', (revision) => {
  it.each(['rewritable', 'overwritable'])('is the source to the kernel where it is %s', async (access) => {
    await compare(request({ revision, access, sparing: true }, { iso9660: false }), true);
  });
});

describe.each([false, true])('An overwritable volume of UDF 2.01, sparable: %s', (sparing) => {
  it('takes files of the kernel into its free space and keeps those it had', async () => {
    const asked = request(
      { revision: '2.01', access: 'overwritable', freeBlocks: 1000, sparing },
      { iso9660: false },
    );
    await writeIso(tree, image, asked);
    const kept = mounted(image, 'rw', () => {
      writeFileSync(`${MOUNT_POINT}/new`, Buffer.alloc(1_000_000, 'n'));
      return readFileSync(`${MOUNT_POINT}/program`);
    });
    mounted(image, 'ro', () => {
      expect(readFileSync(`${MOUNT_POINT}/new`).equals(Buffer.alloc(1_000_000, 'n'))).toBe(true);
      expect(readFileSync(`${MOUNT_POINT}/program`).equals(kept)).toBe(true);
      expect(statSync(`${MOUNT_POINT}/a mebibyte and more`).size).toBe(1_234_567);
    });
  });
});

/** Writes an image whose files are holes but for a mark at each of some offsets. */
const writeSkeleton = ({ contents }: Mastered, marks: readonly number[]): void => {
  const fd = openSync(image, 'w');
  for (const extent of contents.extents[0]?.items ?? []) {
    if (extent.kind === 'source')
      for (const mark of marks) writeSync(fd, `mark at ${mark}`, extent.address + mark);
    let at = extent.address;
    const metadata =
      extent.kind === 'metadata' && contents.metadata.runs.find((r) => r.offset === extent.offset);
    for (const piece of metadata ? metadata.items() : []) at += writeSync(fd, piece, 0, piece.length, at);
  }
  truncateSync(image, contents.summary.bytes);
  closeSync(fd);
};

describe.each(['1.02', '2.50'])('A file of 400 GiB in UDF %s', (revision) => {
  it('is found in extents that its entry has no room for', () => {
    const bytes = 400 * 2 ** 30 + 4321;
    const marks = [0, 2 ** 30 - 2048, 2 ** 32, 113 * 2 ** 30, 234 * 2 ** 30, 399 * 2 ** 30 + 5, bytes - 30];
    const folder = mkdtempSync(join(scratch, 'giant-'));
    writeFileSync(`${folder}/giant`, '');
    truncateSync(`${folder}/giant`, bytes);
    writeSkeleton(masterFolder(folder, request({ revision }, { iso9660: false })), marks);
    mounted(image, 'ro', () => {
      expect(statSync(`${MOUNT_POINT}/giant`).size).toBe(bytes);
      const fd = openSync(`${MOUNT_POINT}/giant`, 'r');
      const read = marks.map((mark) => {
        const found = Buffer.alloc(`mark at ${mark}`.length);
        readSync(fd, found, 0, found.length, mark);
        return found.toString();
      });
      closeSync(fd);
      expect(read).toEqual(marks.map((mark) => `mark at ${mark}`));
    });
  });
});
