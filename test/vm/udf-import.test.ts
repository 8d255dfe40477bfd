import {
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { readBase } from '../../src/image/import/base.js';
import { fileBlocks } from '../../src/image/import/file-blocks.js';
import type { Finding } from '../../src/image/import/findings.js';
import { validate } from '../../src/image/import/validate.js';
import type { ImportedEntry } from '../../src/image/import/imported-entry.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { growImage } from '../support/grow-image.js';
import { aTreeRequest } from '../support/mastering.js';
import { MOUNT_POINT } from './holder.js';
import { mounted as mountedAs, run } from './mounted.js';

/** Volumes that mkudffs made and the kernel filled, deleted from and linked in: read by our importer, grown, and read by the kernel again. */

const scratch = mkdtempSync(join(tmpdir(), 'udf-import-'));
const image = join(scratch, 'volume.udf');

const mounted = <T>(options: string, act: () => T): T =>
  mountedAs({ type: 'udf', from: image, options: `loop,${options}` }, act);

interface Shown {
  readonly mode: number;
  readonly links: number;
  /** Bytes of a file, the target of a link. */
  readonly content: string;
  readonly modifiedMs: number;
}

type Tree = Readonly<Record<string, Shown>>;

const shownBy = (folder: string): Tree => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name !== 'lost+found' && !name.startsWith('.'),
  );
  return Object.fromEntries(
    names.map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const text = stat.isSymbolicLink()
        ? readlinkSync(path)
        : stat.isFile()
          ? readFileSync(path, 'latin1')
          : '';
      const shown = { mode: stat.mode, links: stat.isFile() ? stat.nlink : 0, content: text };
      return [name, { ...shown, modifiedMs: Math.floor(stat.mtimeMs) }];
    }),
  );
};

const BLOCK = 2048;

const contentOf = (fd: number, { runs, held, target, size }: ImportedEntry): string => {
  if (target !== undefined) return target;
  if (held) return Buffer.from(held).toString('latin1');
  const pieces = runs.map(({ block, bytes, hole }) => {
    const piece = Buffer.alloc(bytes);
    if (hole !== true) readSync(fd, piece, 0, bytes, block * BLOCK);
    return piece;
  });
  return Buffer.concat(pieces).toString('latin1', 0, size);
};

const importedFrom = async (): Promise<Tree> => {
  const fd = openSync(image, 'r');
  try {
    const { entries } = await readBase(fileBlocks(fd), { start: 0 });
    const paths = new Map([[0, '']]);
    const found: Record<string, Shown> = {};
    for (const entry of entries.filter(({ id }) => id !== 0)) {
      const above = paths.get(entry.parent);
      const path = above === '' ? entry.name : `${above}/${entry.name}`;
      paths.set(entry.id, path);
      const { mode = 0, links = 0, modifiedNs = 0n } = entry.rockRidge;
      const shown = { mode, links: entry.kind === 'file' ? links : 0, content: contentOf(fd, entry) };
      found[path] = { ...shown, modifiedMs: Number(modifiedNs / 1_000_000n) };
    }
    return found;
  } finally {
    closeSync(fd);
  }
};

const findings = async (): Promise<readonly Finding[]> => {
  const fd = openSync(image, 'r');
  try {
    return (await validate(fileBlocks(fd))).findings;
  } finally {
    closeSync(fd);
  }
};

const fill = (): void => {
  const at = (name: string): string => join(MOUNT_POINT, name);
  mkdirSync(at('deep/er/and – deeper'), { recursive: true });
  for (let index = 0; index < 200; index++) writeFileSync(at(`deep/${index} ünï`), 'x'.repeat(index * 37));
  writeFileSync(at('deep/er/large'), Buffer.alloc(3_000_001, 'large'));
  // Every other one goes, so that what comes next lies in pieces.
  for (let index = 0; index < 200; index += 2) rmSync(at(`deep/${index} ünï`));
  writeFileSync(at('in pieces'), Buffer.alloc(1_500_000, 'pieces'), { mode: 0o640 });
  const sparse = openSync(at('sparse'), 'w');
  ftruncateSync(sparse, 1_000_000);
  writeSync(sparse, 'end', 900_000);
  closeSync(sparse);
  linkSync(at('deep/er/large'), at('hard'));
  symlinkSync('../deep/er/large', at('deep/er/soft'));
  writeFileSync(at('empty'), '');
  renameSync(at('deep/7 ünï'), at('moved'));
  mkdirSync(at('gone/with'), { recursive: true });
  rmSync(at('gone'), { recursive: true });
};

beforeAll(() => {
  for (const module of ['loop', 'udf']) run('modprobe', module);
});

describe.each(['1.02', '1.50', '2.00', '2.01'])(
  'A volume of mkudffs in UDF %s that the kernel has filled',
  (revision) => {
    it('is imported as the kernel shows it, grows, and shows the kernel both', async () => {
      writeFileSync(image, '');
      truncateSync(image, 8000 * BLOCK);
      run('mkudffs', '--media-type=hd', '--blocksize=2048', `--udfrev=${revision}`, '--label=filled', image);
      mounted('rw', fill);
      const shown = mounted('ro', () => shownBy(MOUNT_POINT));
      expect(Object.keys(shown)).toHaveLength(109);
      expect(await importedFrom()).toEqual(shown);
      // What the kernel says is free, and how much, is what its tree leaves. It counts a file with two names once.
      expect((await findings()).map(({ code }) => code)).toEqual(['counts-differ']);

      const folder = join(scratch, revision);
      mkdirSync(folder);
      writeFileSync(join(folder, 'new'), 'new');
      await growImage(image, folder, aTreeRequest({ iso9660: false, udf: udfRequest.parse({ revision }) }));
      const { new: added, ...rest } = mounted('ro', () => shownBy(MOUNT_POINT));
      expect(added?.content).toBe('new');
      const contents = (tree: Tree) =>
        Object.entries(tree)
          .map(([path, { content }]) => [path, content])
          .sort();
      expect(contents(rest)).toEqual(contents(shown));
    });
  },
);
