import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { bootRequest } from '../../src/image/boot-request.js';
import { treeRequest } from '../../src/image/master-request.js';
import { aTreeRequest, writeIso } from '../support/mastering.js';
import { MOUNT_POINT } from './holder.js';
import { mounted, run } from './mounted.js';

const BLOCK = 2048;
const scratch = mkdtempSync(join(tmpdir(), 'hybrid-'));
const tree = join(scratch, 'tree');
const image = join(scratch, 'hybrid.iso');
const CONTENT = Buffer.alloc(1_234_567, 'content');

/** The kernel shows the tree of the image by both file systems, or by one. */
const shown = (type: 'iso9660' | 'udf'): void => {
  mounted({ type, from: image, options: 'loop,ro' }, () => {
    expect(readFileSync(`${MOUNT_POINT}/folder/file`).equals(CONTENT)).toBe(true);
    expect(readFileSync(`${MOUNT_POINT}/efi.img`)).toHaveLength(100_000);
  });
};

beforeAll(() => {
  for (const module of ['loop', 'udf', 'isofs']) run('modprobe', module);
  mkdirSync(join(tree, 'folder'), { recursive: true });
  writeFileSync(join(tree, 'efi.img'), Buffer.alloc(100_000, 6));
  writeFileSync(join(tree, 'folder/file'), CONTENT);
});

describe.each(['1.02', '2.01', '2.50'])('A disk with a GPT that is ISO 9660 and UDF %s', (revision) => {
  beforeAll(async () => {
    const entries = [{ image: { at: '/efi.img' }, platform: 'efi' }];
    const boot = bootRequest.parse({ entries, hybrid: { table: 'gpt' } });
    await writeIso(tree, image, aTreeRequest({ boot, udf: treeRequest.shape.udf.parse({ revision }) }));
  });

  it('is mounted as either', () => {
    shown('udf');
    shown('iso9660');
  });

  it('is mounted as either by its first anchor where the disk is larger than the image', () => {
    const { length } = readFileSync(image);
    truncateSync(image, 100_000_000);
    shown('udf');
    shown('iso9660');
    truncateSync(image, length);
  });

  it('is mounted as UDF by its second anchor where the first one is gone', () => {
    const fd = openSync(image, 'r+');
    writeSync(fd, Buffer.alloc(BLOCK), 0, BLOCK, 256 * BLOCK);
    closeSync(fd);
    shown('udf');
  });
});
