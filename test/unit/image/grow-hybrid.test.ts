import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { bootRequest } from '../../../src/image/boot-request.js';
import { validate } from '../../../src/image/import/validate.js';
import { bytesAsBlocks } from '../../support/bytes-as-blocks.js';
import { growImage } from '../../support/grow-image.js';
import { aTreeRequest, scratchFolder, writeIso } from '../../support/mastering.js';

const scratch = scratchFolder('grow-hybrid');
const image = `${scratch.path}/hybrid.iso`;
afterAll(scratch.remove);

beforeAll(async () => {
  mkdirSync(`${scratch.path}/tree`);
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/tree/efi.img`, Buffer.alloc(8192, 'e'));
  writeFileSync(`${scratch.path}/more/new`, 'new');
  const entries = [{ platform: 'efi', image: { at: '/efi.img' } }];
  await writeIso(
    `${scratch.path}/tree`,
    image,
    aTreeRequest({ boot: bootRequest.parse({ entries, hybrid: { table: 'gpt' } }) }),
  );
});

const codes = async (): Promise<string[]> =>
  (await validate(bytesAsBlocks(readFileSync(image)))).findings.map(({ code }) => code);

it('An image of a disk by GPT does not grow, and is what it was', async () => {
  const before = readFileSync(image);
  expect(await codes()).toEqual([]);
  await expect(growImage(image, `${scratch.path}/more`, aTreeRequest())).rejects.toMatchObject({
    code: 'base-unsuitable',
  });
  expect(readFileSync(image).equals(before)).toBe(true);
});

it('One that has grown by others has its second copy not at the end, which validation tells', async () => {
  appendFileSync(image, Buffer.alloc(64 * 2048));
  expect(await codes()).toEqual(['partition-backup-missing']);
});
