import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepingBlocks, openKeptBlocks } from '../../../../src/image/import/kept-blocks.js';
import { PromisedPieces } from '../../../../src/os/promised-pieces.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const BLOCK = 2048;
const medium = randomBytes(100 * BLOCK);
const blocksAt = (first: number, count: number) => medium.subarray(first * BLOCK, (first + count) * BLOCK);

const aMedium = () => {
  const folder = temporaryFolder();
  const path = join(folder, 'kept');
  const fd = openSync(path, 'wx');
  onTestFinished(() => {
    closeSync(fd);
  });
  const room = new PromisedPieces(join(folder, 'promises'), { path, what: 'what is read' });
  onTestFinished(() => {
    room.release();
  });
  const read = (first: number, count: number) => Promise.resolve(blocksAt(first, count));
  return { path, reader: keepingBlocks({ blocks: 100, read }, { fd, room }) };
};

it('a block that is read of a medium again and again is kept once', async () => {
  const { path, reader } = aMedium();
  for (let times = 0; times < 50; times += 1) await reader.read(16, 32);
  for (const first of [16, 20, 0, 40, 10]) await reader.read(first, 20);
  // Blocks 0 to 59, and what tells where each run of them lies.
  expect(statSync(path).size).toBeLessThan(61 * BLOCK);
  const kept = openKeptBlocks(path, 100);
  onTestFinished(kept.close);
  expect(Buffer.compare(await kept.read(0, 60), blocksAt(0, 60))).toBe(0);
  await expect(kept.read(59, 2)).rejects.toThrow('Block 60 could not be read.');
});
