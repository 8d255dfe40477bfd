import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validate } from '../../src/image/import/validate.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { seal } from '../support/damage.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../support/mastering.js';

/**
 * What is said to be free in a volume, against what it holds: first volumes of mkudffs, in which nothing is wrong, then the same with one byte
 * altered. Offsets are those of ECMA-167 3/10.5, 3/10.10, 4/14.3, 4/14.11 and 4/14.12.
 */

const BLOCK = 2048;
const scratch = scratchFolder('udf-free-space');
const tree = `${scratch.path}/tree`;

beforeAll(() => {
  mkdirSync(`${tree}/sub`, { recursive: true });
  writeFileSync(`${tree}/sub/large`, Buffer.alloc(100_000, 7));
});

afterAll(scratch.remove);

const findingsOf = async (bytes: Buffer) => {
  const { findings, valid } = await validate(bytesAsBlocks(bytes));
  return { findings: findings.filter(({ code }) => code.includes('space')), valid };
};

/** First block from `from` on that holds a descriptor with this tag. */
const blockOf = (bytes: Buffer, tag: number, from = 17): number => {
  for (let block = from; block < bytes.length / BLOCK; block++)
    if (bytes.readUInt16LE(block * BLOCK) === tag && bytes.readUInt16LE(block * BLOCK + 2) <= 3) return block;
  throw new Error(`there is no tag ${tag}`);
};

const ofMkudffs = (options: readonly string[], mebibytes = 16): Buffer => {
  const image = `${scratch.path}/volume.udf`;
  writeFileSync(image, '');
  truncateSync(image, mebibytes * 1024 * 1024);
  execFileSync('mkudffs', ['--blocksize=2048', ...options, image], { stdio: 'ignore' });
  return readFileSync(image);
};

type Way = readonly [revision: string, media: string, space: string];

const WAYS: Way[] = [
  ['1.02', 'hd', 'unallocbitmap'],
  ['1.50', 'dvdram', 'unallocbitmap'],
  ['2.01', 'dvdram', 'freedbitmap'],
  ['2.01', 'hd', 'unalloctable'],
  ['1.50', 'hd', 'freedtable'],
];

const volumeOf = ([revision, media, space]: Way): Buffer =>
  ofMkudffs([`--media-type=${media}`, `--udfrev=${revision}`, `--space=${space}`]);

/** A tag whose checksum is made right again, without a CRC of what it covers. */
const resealed = (bytes: Buffer, block: number): void => {
  const tag = bytes.subarray(block * BLOCK, block * BLOCK + 16);
  tag.writeUInt32LE(0, 8);
  tag[4] = tag.reduce((sum, byte, at) => (at === 4 ? sum : (sum + byte) % 256), 0);
};

describe.skipIf(!hasTool('mkudffs'))('A volume of mkudffs', () => {
  it.each(WAYS)('of revision %s for %s, which says by %s what is free, is right', async (...way) => {
    expect((await findingsOf(volumeOf(way))).findings).toEqual([]);
  });

  it.each(WAYS.filter(([, , space]) => space.endsWith('bitmap')))(
    'of revision %s for %s with a block of %s that is taken and said to be free is found out',
    async (...way) => {
      const bytes = volumeOf(way);
      const root = bytes.readUInt32LE(blockOf(bytes, 256) * BLOCK + 400 + 4);
      const start = bytes.readUInt32LE(blockOf(bytes, 5) * BLOCK + 188);
      const at = blockOf(bytes, 264) * BLOCK + 24 + Math.floor(root / 8);
      expect((bytes[at]! >> (root % 8)) & 1).toBe(0);
      bytes[at]! |= 1 << (root % 8);
      const { findings, valid } = await findingsOf(bytes);
      expect(findings[0]).toMatchObject({ code: 'space-taken', block: start + root });
      expect(findings[1]).toMatchObject({ code: 'free-space-wrong' });
      expect(findings).toHaveLength(2);
      expect(valid).toBe(false);
    },
  );

  it('with a free block that is said to be taken is told of, and is valid', async () => {
    const bytes = volumeOf(WAYS[0]!);
    const last = bytes.readUInt32LE(blockOf(bytes, 5) * BLOCK + 192) - 1;
    const at = blockOf(bytes, 264) * BLOCK + 24 + Math.floor(last / 8);
    expect((bytes[at]! >> (last % 8)) & 1).toBe(1);
    bytes[at]! &= ~(1 << (last % 8));
    const { findings, valid } = await findingsOf(bytes);
    expect(findings).toMatchObject([
      { code: 'space-unclaimed', detail: `1 blocks of partition 0, from block ${last} of it on.` },
      { code: 'free-space-wrong' },
    ]);
    expect(valid).toBe(true);
  });

  it('whose table of free blocks begins too early is found out', async () => {
    const bytes = volumeOf(['2.01', 'hd', 'unalloctable']);
    const table = blockOf(bytes, 263);
    bytes.writeUInt32LE(0, table * BLOCK + 40 + 4);
    resealed(bytes, table);
    expect((await findingsOf(bytes)).findings.map(({ code }) => code)).toContain('space-taken');
  });

  it('whose bitmap has fewer bytes than any descriptor is found out', async () => {
    const bytes = volumeOf(WAYS[0]!);
    for (const block of [blockOf(bytes, 5), blockOf(bytes, 5, blockOf(bytes, 5) + 1)]) {
      bytes.writeUInt32LE(4, block * BLOCK + 64);
      seal(bytes, block * BLOCK);
    }
    expect((await findingsOf(bytes)).findings.map(({ code }) => code)).toEqual(['space-bitmap-damaged']);
  });

  it('whose bitmap has more than one block is right, and a block at its end that is taken is found out', async () => {
    const bytes = ofMkudffs(['--media-type=hd', '--udfrev=2.01', '--space=unallocbitmap'], 48);
    expect((await findingsOf(bytes)).findings).toEqual([]);
    const last = bytes.readUInt32LE(blockOf(bytes, 5) * BLOCK + 192) - 1;
    expect(last).toBeGreaterThan(2048 * 8);
    bytes[blockOf(bytes, 264) * BLOCK + 24 + Math.floor(last / 8)]! &= ~(1 << (last % 8));
    expect((await findingsOf(bytes)).findings).toMatchObject([
      { code: 'space-unclaimed' },
      { code: 'free-space-wrong' },
    ]);
  });

  it.each([
    [80, /free blocks; there are/],
    [84, /blocks; there are/],
  ])('whose integrity descriptor is wrong at byte %d is told of', async (offset, detail) => {
    const bytes = volumeOf(WAYS[0]!);
    const integrity = blockOf(bytes, 9);
    bytes.writeUInt32LE(bytes.readUInt32LE(integrity * BLOCK + offset) - 1, integrity * BLOCK + offset);
    resealed(bytes, integrity);
    const { findings, valid } = await findingsOf(bytes);
    expect(findings).toEqual([
      { code: 'free-space-wrong', block: integrity, detail: expect.stringMatching(detail) as string },
    ]);
    expect(valid).toBe(true);
  });

  it.each([
    ['is none', 0],
    ['has too few bits', 16],
    ['has too few bytes', 20],
  ])('whose bitmap %s is found out', async (_what, offset) => {
    const bytes = volumeOf(WAYS[0]!);
    bytes[blockOf(bytes, 264) * BLOCK + offset]! ^= 1;
    if (offset === 0) resealed(bytes, blockOf(bytes, 265));
    expect((await findingsOf(bytes)).findings.map(({ code }) => code)).toEqual(['space-bitmap-damaged']);
  });
});

describe.skipIf(!hasTool('mkudffs'))('A table of free blocks that goes on in a block of its own', () => {
  const way: Way = ['2.01', 'hd', 'unalloctable'];
  const [ENTRY_HEAD, EXTENT_HEAD, ALLOCATED, CONTINUES] = [40, 24, 0x4000_0000, 0xc000_0000];
  /** The free block that continues the table. */
  const NEXT = 100;
  /** Where the table begins, and its only extent, of blocks of the partition that begins at `start`. */
  let [table, first, total, start] = [0, 0, 0, 0];
  beforeAll(() => {
    const bytes = volumeOf(way);
    table = blockOf(bytes, 263) * BLOCK;
    total = (bytes.readUInt32LE(table + ENTRY_HEAD) - ALLOCATED) / BLOCK;
    first = bytes.readUInt32LE(table + ENTRY_HEAD + 4);
    start = bytes.readUInt32LE(blockOf(bytes, 5) * BLOCK + 188);
  });

  /** ECMA-167 4/14.5 and 4/14.14.1.1: the only extent of the table becomes these, all but one in an allocation extent. */
  const continued = (...extents: readonly (readonly [from: number, blocks: number])[]): Buffer => {
    const bytes = volumeOf(way);
    const write = (at: number, length: number, block: number): void => {
      bytes.writeUInt32LE(length, at);
      bytes.writeUInt32LE(block, at + 4);
    };
    const next = (start + first + NEXT) * BLOCK;
    const [own, ...others] = extents.map(
      ([from, blocks]) => [ALLOCATED + blocks * BLOCK, first + from] as const,
    );
    write(table + ENTRY_HEAD, ...own!);
    write(table + ENTRY_HEAD + 8, CONTINUES + BLOCK, first + NEXT);
    bytes.writeUInt32LE(16, table + 36);
    seal(bytes, table);
    bytes.copy(bytes, next, table, table + 16);
    bytes.writeUInt16LE(258, next);
    bytes.writeUInt16LE(8 + 8 * others.length, next + 10);
    bytes.writeUInt32LE(first + NEXT, next + 12);
    bytes.writeUInt32LE(8 * others.length, next + 20);
    for (const [index, other] of others.entries()) write(next + EXTENT_HEAD + 8 * index, ...other);
    seal(bytes, next);
    return bytes;
  };

  it('is right, and that block is not free', async () => {
    const { findings } = await findingsOf(continued([0, 100], [101, 200], [301, total - 301]));
    const detail = `Partition 0: it says ${total} free blocks; there are ${total - 1}.`;
    expect(findings).toMatchObject([{ code: 'free-space-wrong', detail }]);
  });

  it('is found out where that block is said to be free', async () => {
    const { findings } = await findingsOf(continued([0, 100], [100, total - 100]));
    expect(findings).toMatchObject([{ code: 'space-taken', block: start + first + NEXT }]);
  });

  it('is told of where some blocks are neither free nor taken', async () => {
    const { findings } = await findingsOf(continued([0, 100], [111, total - 111]));
    expect(findings).toMatchObject([
      { code: 'space-unclaimed', detail: expect.stringMatching(/^10 blocks/) as string },
      { code: 'free-space-wrong' },
    ]);
  });

  it('is damaged where that block holds something else', async () => {
    const bytes = continued([0, 100], [101, total - 101]);
    bytes[(start + first + NEXT) * BLOCK] = 0;
    const { findings, valid } = await validate(bytesAsBlocks(bytes));
    expect(findings).toMatchObject([{ code: 'allocation-malformed', block: start + first + NEXT }]);
    expect(valid).toBe(false);
  });
});

describe('A volume that we made for media that are overwritten', () => {
  it.each(['1.02', '2.01', '2.50', '2.60'] as const)(
    'of revision %s names the file whose blocks are said to be free',
    async (revision) => {
      const udf = udfRequest.parse({ revision, access: 'overwritable' });
      const bytes = await isoBytes(tree, aTreeRequest({ udf, iso9660: false }));
      expect((await findingsOf(bytes)).findings).toEqual([]);
      const start = bytes.readUInt32LE(blockOf(bytes, 5) * BLOCK + 188);
      const content = bytes.indexOf(Buffer.alloc(BLOCK, 7)) / BLOCK - start;
      // The header of the partition says where its bitmap lies.
      const bitmap = start + bytes.readUInt32LE(blockOf(bytes, 5) * BLOCK + 56 + 12);
      bytes[bitmap * BLOCK + 24 + Math.floor(content / 8)]! |= 1 << (content % 8);
      const { findings } = await findingsOf(bytes);
      expect(findings).toContainEqual({
        code: 'space-taken',
        block: start + content,
        path: '/sub/large',
        detail: `Block ${content} of partition 0.`,
      });
    },
  );
});
