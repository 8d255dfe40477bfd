import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bootRequest } from '../../../src/image/boot-request.js';
import { validate } from '../../../src/image/import/validate.js';
import { treeRequest, type TreeRequest } from '../../../src/image/master-request.js';
import { UDF_REVISIONS } from '../../../src/udf/revisions.js';
import { bootSector } from '../../support/boot-images.js';
import { bytesAsBlocks } from '../../support/bytes-as-blocks.js';
import { growImage } from '../../support/grow-image.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../support/mastering.js';
import { readUdf } from '../../support/udf-reader.js';

const BLOCK = 2048;
const MIB_BLOCKS = 512;

/** Blocks that the second copy of a GPT takes: UEFI 2.x §5.3.1, a header and 62 sectors of entries here. */
const GPT_BLOCKS = 16;

const TABLES = ['mbr', 'gpt', 'mbr+gpt'] as const;

const scratch = scratchFolder('hybrid-udf');
const tree = `${scratch.path}/tree`;
afterAll(scratch.remove);

beforeAll(() => {
  mkdirSync(`${tree}/folder`, { recursive: true });
  writeFileSync(`${tree}/loader`, Buffer.concat([bootSector('none'), Buffer.alloc(7000, 5)]));
  writeFileSync(`${tree}/efi.img`, Buffer.alloc(100_000, 6));
  writeFileSync(`${tree}/folder/file`, Buffer.alloc(50_000, 7));
});

const request = (table: (typeof TABLES)[number], udf: object): TreeRequest =>
  aTreeRequest({
    udf: treeRequest.shape.udf.parse(udf),
    boot: bootRequest.parse({
      entries: [
        { image: { at: '/loader' }, bootInfoTable: true },
        { image: { at: '/efi.img' }, platform: 'efi' },
      ],
      // A catalog that no directory shows takes a block of the partition that nothing leads to.
      catalog: '/boot.cat',
      hybrid: { table },
    }),
  });

const hybrid = (table: (typeof TABLES)[number], udf: object): Promise<Buffer> =>
  isoBytes(tree, request(table, udf));

const codes = async (image: Buffer): Promise<string[]> =>
  (await validate(bytesAsBlocks(image))).findings.map(({ code }) => code);

/** As a medium has it that holds more blocks behind the image. */
const followedBy = (image: Buffer, blocks: number): Buffer =>
  Buffer.concat([image, Buffer.alloc(blocks * BLOCK)]);

describe.each(TABLES)('A hybrid with %s that is UDF, too', (table) => {
  it.each([
    ...UDF_REVISIONS.map((revision) => ({ revision, access: 'read-only' })),
    { revision: '2.01', access: 'rewritable', freeBlocks: 700 },
    { revision: '2.01', access: 'overwritable', sparing: true },
    { revision: '2.50', access: 'overwritable' },
    { revision: '2.60', access: 'pseudo-overwrite' },
  ])('has nothing wrong as $revision, $access, and is whole mebibytes', async (udf) => {
    const image = await hybrid(table, udf);
    expect(image.length % (MIB_BLOCKS * BLOCK)).toBe(0);
    const found = await validate(bytesAsBlocks(image));
    expect(found.findings).toEqual([]);
    expect(found.views.map(({ view }) => view)).toEqual(['iso9660', 'rock-ridge', 'joliet', 'udf']);
    const files = readUdf(image).files.map(({ path }) => path);
    expect(files).toEqual(expect.arrayContaining(['/loader', '/efi.img', '/folder/file']));
  });

  it('has an anchor 256 blocks before its last one, and in that where no GPT ends it', async () => {
    const image = await hybrid(table, { revision: '2.01' });
    const last = image.length / BLOCK - 1;
    expect(readUdf(image).anchors).toEqual([256, last - 256, ...(table === 'mbr' ? [last] : [])]);
  });

  // Run-out blocks of a CD's track, what is padded there, and both; then as many as the anchors reach behind the tables.
  it.each([2, 150, 152, MIB_BLOCKS / 2 - GPT_BLOCKS])(
    'has one there still when %d blocks are recorded behind it',
    async (more) => {
      const medium = followedBy(await hybrid(table, { revision: '2.01' }), more);
      expect(readUdf(medium).anchors).toEqual([256, medium.length / BLOCK - 1 - 256]);
      expect(await codes(medium)).toEqual(table === 'mbr' ? [] : ['partition-backup-missing']);
    },
  );

  it('is found by block 256 alone on a medium that is larger than it, and the validator warns', async () => {
    const image = await hybrid(table, { revision: '2.50' });
    const medium = followedBy(image, 5000);
    const read = readUdf(medium);
    expect(read.anchors).toEqual([256]);
    expect(read.files.length).toBe(readUdf(image).files.length);
    expect(await codes(medium)).toEqual([
      'anchors-too-few',
      ...(table === 'mbr' ? [] : ['partition-backup-missing']),
    ]);
  });
});

it('A hybrid by MBR grows with both file systems, whatever anchors stood at its end', async () => {
  const image = `${scratch.path}/grown.iso`;
  const before = await hybrid('mbr', { revision: '2.01' });
  writeFileSync(image, before);
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/more/added`, 'added');
  const udf = treeRequest.shape.udf.parse({ revision: '2.01' });
  await growImage(image, `${scratch.path}/more`, aTreeRequest({ udf }));
  const grown = readFileSync(image);
  expect(await codes(grown)).toEqual([]);
  const paths = readUdf(grown).files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['/added', '/folder/file']));
});

it('However much is in a hybrid by GPT, it has an anchor 256 blocks before its last one', async () => {
  // Sequences begin with a whole ECC block: these are all ways in which one can lie in its mebibyte.
  for (let blocks = 0; blocks < MIB_BLOCKS; blocks += 32) {
    const folder = `${scratch.path}/sized-${blocks}`;
    mkdirSync(folder);
    writeFileSync(`${folder}/file`, Buffer.alloc(blocks * BLOCK));
    const boot = bootRequest.parse({ hybrid: { table: 'gpt' } });
    const udf = treeRequest.shape.udf.parse({ revision: '1.02' });
    const image = await isoBytes(folder, aTreeRequest({ udf, boot }));
    expect(readUdf(image).anchors).toEqual([256, image.length / BLOCK - 1 - 256]);
  }
});
