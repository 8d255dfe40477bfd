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

it.each(['gpt', 'mbr+gpt'] as const)(
  'An image of a disk by %s does not grow, and is what it was',
  async (table) => {
    const image = imageWith(table);
    const before = readFileSync(image);
    expect(await codes(table)).toEqual([]);
    await expect(growImage(image, `${scratch.path}/more`, aTreeRequest())).rejects.toMatchObject({
      code: 'base-unsuitable',
    });
    expect(readFileSync(image).equals(before)).toBe(true);
  },
);

it('One with a GPT that has grown by others has its second copy not at the end, which validation tells', async () => {
  appendFileSync(imageWith('gpt'), Buffer.alloc(64 * 2048));
  expect(await codes('gpt')).toEqual(['partition-backup-missing']);
});

/** UEFI 2.x §5.2.1: first sector and number of sectors of the first partition, in the record at byte 446. */
const firstPartition = (image: Buffer): readonly [number, number] => [
  image.readUInt32LE(446 + 8),
  image.readUInt32LE(446 + 12),
];

it('One by an MBR grows with the partition that the volume is in', async () => {
  const image = imageWith('mbr');
  const before = readFileSync(image);
  expect(firstPartition(before)).toEqual([0, before.length / 512]);
  await growImage(image, `${scratch.path}/more`, aTreeRequest());
  const after = readFileSync(image);
  expect(after.length).toBeGreaterThan(before.length);
  expect(firstPartition(after)).toEqual([0, after.length / 512]);
  // Of the first sector nothing else is different, but for where the partition ends by cylinder, head and sector.
  const others = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes.subarray(0, 446 + 5), bytes.subarray(446 + 16, 512)]);
  expect(others(after).equals(others(before))).toBe(true);
  expect(await codes('mbr')).toEqual([]);
});
