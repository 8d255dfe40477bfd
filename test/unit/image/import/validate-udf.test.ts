import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SpindleError } from '../../../../src/errors.js';
import type { BlockReader } from '../../../../src/image/import/block-reader.js';
import type { FindingCode } from '../../../../src/image/import/findings.js';
import { type Validation, validate } from '../../../../src/image/import/validate.js';
import { type UdfRequest, udfRequest } from '../../../../src/image/udf-request.js';
import { UDF_REVISIONS } from '../../../../src/udf/revisions.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';

const BLOCK = 2048;
const scratch = scratchFolder('validate-udf');
const tree = `${scratch.path}/tree`;

beforeAll(() => {
  mkdirSync(`${tree}/sub/deeper`, { recursive: true });
  writeFileSync(`${tree}/alpha.txt`, 'alpha');
  writeFileSync(`${tree}/beta.bin`, Buffer.alloc(50_000, 7));
  writeFileSync(`${tree}/sub/gamma ä 漢`, 'gamma');
  for (let index = 0; index < 150; index++)
    writeFileSync(`${tree}/sub/deeper/file number ${index}`, `${index}`);
  symlinkSync('../sub/gamma', `${tree}/sub/link`);
});

afterAll(scratch.remove);

const volume = (udf: Partial<UdfRequest>, iso9660 = false): Promise<Buffer> =>
  isoBytes(tree, aTreeRequest({ udf: udfRequest.parse(udf), iso9660 }));

const validated = (bytes: Uint8Array): Promise<Validation> => validate(bytesAsBlocks(bytes));

/** Links count as files. */
const FILES = 154;
const BYTES = 50_000 + 5 + 5 + 10 + 90 * 2 + 50 * 3;

describe('A volume of UDF that we made', () => {
  it.each(UDF_REVISIONS)('of revision %s is read in full, and nothing is wrong with it', async (revision) => {
    const { views, findings } = await validated(await volume({ revision }));
    expect(findings).toEqual([]);
    expect(views).toEqual([
      { view: 'udf', volumeIdentifier: 'Test volume', files: FILES, directories: 3, bytes: BYTES },
    ]);
  });

  it.each(UDF_REVISIONS)('of revision %s holds what the ISO 9660 beside it holds', async (revision) => {
    const { views, findings } = await validated(await volume({ revision }, true));
    expect(findings).toEqual([]);
    expect(views.map(({ view }) => view)).toEqual(['iso9660', 'rock-ridge', 'joliet', 'udf']);
    expect(views.at(-1)).toMatchObject({ files: FILES - 1, directories: 3, bytes: BYTES });
  });

  it.each([
    ['1.50', 'write-once'],
    ['2.60', 'write-once'],
    ['2.50', 'overwritable'],
    ['2.01', 'rewritable'],
  ] as const)('of revision %s for media that are %s, too', async (revision, access) => {
    const { views, findings } = await validated(await volume({ revision, access }));
    expect(findings).toEqual([]);
    expect(views).toMatchObject([{ view: 'udf', files: FILES, directories: 3, bytes: BYTES }]);
  });
});

/** Blocks of which some, counted from the end, cannot be read. */
const unreadableAt = (reader: BlockReader, fromEnd: readonly number[]): BlockReader => ({
  blocks: reader.blocks,
  read: (first, count) =>
    fromEnd.some((one) => reader.blocks - one >= first && reader.blocks - one < first + count)
      ? Promise.reject(new SpindleError('medium-unreadable', 'It cannot be read.'))
      : reader.read(first, count),
});

const lastBlocks = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('A bridge whose last blocks cannot be read', () => {
  it.each([1, 2])('is told of it where they are no run-out: %i of them', async (count) => {
    const whole = bytesAsBlocks(await volume({ revision: '1.02' }, true));
    const { findings, valid } = await validate(unreadableAt(whole, lastBlocks(count)));
    expect(findings).toMatchObject([{ code: 'block-unreadable', block: whole.blocks - 1 }]);
    expect(valid).toBe(false);
  });
});

describe('A bridge on a CD whose drive reads no run-out', () => {
  const RUN_OUT = { runOut: 2 };

  /** A disc that ends with so many blocks that cannot be read, 150 blocks of zeros behind the image. */
  const disc = async (unreadable: number): Promise<BlockReader> => {
    const image = await volume({ revision: '1.02' }, true);
    const track = bytesAsBlocks(Buffer.concat([image, Buffer.alloc(152 * BLOCK)]));
    return unreadableAt(track, lastBlocks(unreadable));
  };

  it('is read in full, and nothing is wrong with it', async () => {
    const { views, findings } = await validate(await disc(2), RUN_OUT);
    expect(findings).toEqual([]);
    expect(views).toHaveLength(4);
  });

  it('is told of the block where more of it cannot be read', async () => {
    const damaged = await disc(300);
    const { findings } = await validate(damaged, RUN_OUT);
    // The 256th block before the last one, where an anchor is looked for.
    expect(findings).toMatchObject([{ code: 'block-unreadable', block: damaged.blocks - 1 - 256 }]);
  });

  it('is told of the block where something of the volume lies in what cannot be read', async () => {
    const bytes = await volume({ revision: '1.02' }, true);
    const descriptors = bytesAsBlocks(bytes.subarray(0, 18 * BLOCK));
    // Descriptors of ISO 9660 begin with block 16, the first of two.
    const { findings, valid } = await validate(unreadableAt(descriptors, [2]), RUN_OUT);
    expect(findings).toMatchObject([{ code: 'block-unreadable', block: 16 }]);
    expect(valid).toBe(false);
  });
});

/** First block from `from` on that holds a descriptor with this tag. */
const blockOf = (bytes: Buffer, tag: number, from = 32): number => {
  for (let block = from; block < bytes.length / BLOCK; block++)
    if (bytes.readUInt16LE(block * BLOCK) === tag) return block;
  throw new Error(`there is no tag ${tag}`);
};

const zero = (bytes: Buffer, block: number, blocks = 1): void => {
  bytes.fill(0, block * BLOCK, (block + blocks) * BLOCK);
};

/** What is damaged, and what must be found; `readable`: the volume is read in full all the same. */
const DAMAGES: Readonly<
  Record<string, { damage: (bytes: Buffer) => void; code: FindingCode; readable: boolean; revision?: string }>
> = {
  'all anchors but one': {
    damage: (bytes) => {
      zero(bytes, 256);
      zero(bytes, bytes.length / BLOCK - 1);
    },
    code: 'anchors-too-few',
    readable: true,
  },
  'the main sequence': {
    damage: (bytes) => {
      zero(bytes, 32, 16);
    },
    code: 'sequence-damaged',
    readable: true,
  },
  'a bit of the partition descriptor': {
    damage: (bytes) => void (bytes[blockOf(bytes, 5) * BLOCK + 188] = 0x55),
    code: 'sequence-damaged',
    readable: true,
  },
  'the metadata file, but not its mirror': {
    damage: (bytes) => {
      zero(bytes, blockOf(bytes, 266));
    },
    code: 'metadata-file-damaged',
    readable: true,
    revision: '2.50',
  },
  'the integrity descriptor, left open': {
    damage: (bytes) => {
      zero(bytes, blockOf(bytes, 9));
    },
    code: 'integrity-missing',
    readable: true,
  },
  'the file set': {
    damage: (bytes) => {
      zero(bytes, blockOf(bytes, 256));
    },
    code: 'descriptor-damaged',
    readable: false,
  },
  'the entry of the root': {
    damage: (bytes) => {
      zero(bytes, blockOf(bytes, 261));
    },
    code: 'descriptor-damaged',
    readable: false,
  },
};

describe('A volume of UDF that is damaged', () => {
  it.each(Object.keys(DAMAGES))('is found to be: %s', async (name) => {
    const { damage, code, readable, revision = '1.02' } = DAMAGES[name]!;
    const bytes = await volume({ revision: revision as UdfRequest['revision'] });
    damage(bytes);
    const { views, findings, valid } = await validated(bytes);
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(valid).toBe(readable);
    if (readable) expect(views).toMatchObject([{ files: FILES, bytes: BYTES }]);
  });

  it('is found to be where its directories lead to each other', async () => {
    const bytes = await volume({ revision: '1.02', embedFiles: false });
    const root = blockOf(bytes, 261);
    const sub = Buffer.from('sub', 'latin1');
    const name = bytes.indexOf(sub, root * BLOCK);
    // The identifier of `sub` is made to name the entry of the root; its CRC is then wrong, which is told, too.
    bytes.writeUInt32LE(bytes.readUInt32LE(root * BLOCK + 12), name - 1 - 38 + 24);
    const { findings, valid } = await validated(bytes);
    expect(findings.map(({ code }) => code)).toContain('directory-loop');
    expect(valid).toBe(false);
  });
});
