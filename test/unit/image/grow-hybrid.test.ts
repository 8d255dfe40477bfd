import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { bootRequest } from '../../../src/image/boot-request.js';
import { validate } from '../../../src/image/import/validate.js';
import { bytesAsBlocks } from '../../support/bytes-as-blocks.js';
import { growImage } from '../../support/grow-image.js';
import { aTreeRequest, scratchFolder, writeIso } from '../../support/mastering.js';

const scratch = scratchFolder('grow-hybrid');
const TABLES = ['gpt', 'mbr', 'mbr+gpt'] as const;
type Table = (typeof TABLES)[number];
const imageWith = (table: Table): string => `${scratch.path}/${table}.iso`;
afterAll(scratch.remove);

beforeAll(async () => {
  mkdirSync(`${scratch.path}/tree`);
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/tree/efi.img`, Buffer.alloc(8192, 'e'));
  writeFileSync(`${scratch.path}/more/new`, 'new');
  const entries = [{ platform: 'efi', image: { at: '/efi.img' } }];
  for (const table of TABLES)
    await writeIso(
      `${scratch.path}/tree`,
      imageWith(table),
      aTreeRequest({ boot: bootRequest.parse({ entries, hybrid: { table } }) }),
    );
});

const codes = async (table: Table): Promise<string[]> =>
  (await validate(bytesAsBlocks(readFileSync(imageWith(table))))).findings.map(({ code }) => code);

it.each(TABLES)('An image of a disk by %s does not grow, and is what it was', async (table) => {
  const image = imageWith(table);
  const before = readFileSync(image);
  expect(await codes(table)).toEqual([]);
  await expect(growImage(image, `${scratch.path}/more`, aTreeRequest())).rejects.toMatchObject({
    code: 'base-unsuitable',
  });
  expect(readFileSync(image).equals(before)).toBe(true);
});

it('One with a GPT that has grown by others has its second copy not at the end, which validation tells', async () => {
  appendFileSync(imageWith('gpt'), Buffer.alloc(64 * 2048));
  expect(await codes('gpt')).toEqual(['partition-backup-missing']);
});
