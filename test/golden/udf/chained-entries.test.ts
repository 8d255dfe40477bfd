import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readBase } from '../../../src/image/import/base.js';
import { validate } from '../../../src/image/import/validate.js';
import { udfRequest } from '../../../src/image/udf-request.js';
import { bytesAsBlocks } from '../../support/bytes-as-blocks.js';
import { seal } from '../../support/damage.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../support/mastering.js';

/**
 * Entries of strategy 4096 (OSTA UDF 6.6): an ICB of two blocks, a direct entry and an indirect one (ECMA-167 4/14.7) that leads to the ICB that took
 * its place. No program at hand makes any: a file entry of ours is given that strategy, and what it leads to is typed here.
 */
const BLOCK = 2048;
const FREE_BLOCKS = 32;

const scratch = scratchFolder('chained-entries');
afterAll(scratch.remove);

let plain: Buffer;
/** Blocks of the partition: the entry of the file, and the first of those that are free. */
let [partition, entry, free] = [0, 0, 0];

beforeAll(async () => {
  mkdirSync(`${scratch.path}/tree`);
  writeFileSync(`${scratch.path}/tree/victim`, 'what is there now');
  const udf = udfRequest.parse({ revision: '1.50', access: 'overwritable', freeBlocks: FREE_BLOCKS });
  plain = await isoBytes(`${scratch.path}/tree`, aTreeRequest({ iso9660: false, udf }));
  const tags = Array.from({ length: 32 }, (_, index) => (32 + index) * BLOCK);
  const descriptor = tags.find((at) => plain.readUInt16LE(at) === 5)!;
  partition = plain.readUInt32LE(descriptor + 188);
  free = plain.readUInt32LE(descriptor + 192) - FREE_BLOCKS;
  entry = plain.readUInt32LE(plain.indexOf('victim', 'latin1') - 39 + 24);
});

const both = (low: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(low);
  return bytes.toString('hex');
};

/** A tag (3/7.2) without its sums; what follows it are an ICB tag (4/14.6) of two entries, the type of an indirect entry, and the next ICB. */
const indirect = (at: number, next: number, length = BLOCK): string =>
  `0301 0200 00 00 0000 0000 2400 ${both(at)}
   00000000 0010 0100 0200 00 03 ${both(0)}0000 0000
   ${both(length)} ${both(next)} 0000 000000000000`.replaceAll(/\s/g, '');

const at = (block: number): number => (partition + block) * BLOCK;

/** An entry of strategy 4096 in a block, made of that of the file. */
const placeEntry = (
  image: Buffer,
  block: number,
  change: (entry: number) => void = () => undefined,
): void => {
  plain.copy(image, at(block), at(entry), at(entry + 1));
  image.writeUInt32LE(block, at(block) + 12);
  image.writeUInt16LE(4096, at(block) + 16 + 4);
  image.writeUInt16LE(1, at(block) + 16 + 6);
  image.writeUInt16LE(2, at(block) + 16 + 8);
  change(at(block));
  seal(image, at(block));
};

/** Has the name of the file lead to the entry in a block. */
const pointTo = (image: Buffer, block: number): Buffer => {
  const name = image.indexOf('victim', 'latin1') - 39;
  image.writeUInt32LE(block, name + 24);
  seal(image, name);
  // Names stand within the entry of their directory.
  seal(image, name - (name % BLOCK));
  return image;
};

const typeIn = (image: Buffer, block: number, hex: string): void => {
  image.write(hex, at(block), 'hex');
  seal(image, at(block));
};

/** What the file has now lies at the end of a chain that begins with an entry of no bytes. */
const chained = (...indirects: readonly (readonly [block: number, hex: string])[]): Buffer => {
  const image = Buffer.from(plain);
  placeEntry(image, free + 2);
  placeEntry(image, free, (old) => {
    image.writeBigUInt64LE(0n, old + 56);
    image.writeUInt32LE(0, old + 172);
  });
  for (const [block, hex] of indirects) typeIn(image, block, hex);
  return pointTo(image, free);
};

const read = async (image: Buffer) => {
  const { entries } = await readBase(bytesAsBlocks(image), { start: 0, view: 'udf' });
  return entries.find(({ name }) => name === 'victim');
};

describe('An entry of strategy 4096', () => {
  it('is the last one of its chain', async () => {
    const image = chained([free + 1, indirect(free + 1, free + 2)]);
    const found = await read(image);
    expect(found?.size).toBe('what is there now'.length);
    expect(found?.held?.toString()).toEqual((await read(plain))?.held?.toString());
    expect((await validate(bytesAsBlocks(image))).findings.map(({ code }) => code)).not.toContain(
      'entry-malformed',
    );
  });

  it('is itself where nothing took its place', async () => {
    for (const end of [[], [[free + 1, indirect(free + 1, 0, 0)]]] as const)
      expect((await read(chained(...end)))?.size).toBe(0);
  });

  it('that leads to itself is refused, and nothing else of the volume is', async () => {
    const image = chained([free + 1, indirect(free + 1, free)]);
    await expect(read(image)).rejects.toMatchObject({
      code: 'base-unreadable',
      errors: [{ pointer: '/victim', message: expect.stringContaining('lead back') as string }],
    });
    const codes = (await validate(bytesAsBlocks(image))).findings.map(({ code }) => code);
    expect(codes).toContain('entry-malformed');
    expect(codes).not.toContain('volume-too-costly');
  });

  it('with which the partition ends is the file', async () => {
    const image = Buffer.from(plain);
    const last = free + FREE_BLOCKS - 1;
    placeEntry(image, last);
    expect((await read(pointTo(image, last)))?.size).toBe('what is there now'.length);
  });

  it('behind which something else stands is refused', async () => {
    const image = chained();
    plain.copy(
      image,
      (partition + free + 1) * BLOCK,
      (partition + entry) * BLOCK,
      (partition + entry + 1) * BLOCK,
    );
    await expect(read(image)).rejects.toMatchObject({
      code: 'base-unreadable',
      errors: [{ pointer: '/victim', message: expect.stringContaining('no indirect entry') as string }],
    });
  });
});

describe('A file whose extents go on in an allocation extent that goes on in itself', () => {
  /** ECMA-167 4/14.5 without the sums of its tag, and a short descriptor (4/14.14.1) of the type that goes on elsewhere. */
  const goesOn = (block: number): string => `000800c0 ${both(block)}`;
  const image = (): Buffer => {
    const damaged = Buffer.from(plain);
    const own = at(entry) + 176 + damaged.readUInt32LE(at(entry) + 168);
    damaged.writeUInt16LE(damaged.readUInt16LE(at(entry) + 34) & ~7, at(entry) + 34);
    damaged.writeUInt32LE(8, at(entry) + 172);
    damaged.write(goesOn(free).replaceAll(' ', ''), own, 'hex');
    damaged.writeUInt16LE(own + 8 - at(entry) - 16, at(entry) + 10);
    seal(damaged, at(entry));
    typeIn(
      damaged,
      free,
      `0201 0200 00 00 0000 0000 1000 ${both(free)} 00000000 08000000 ${goesOn(free)}`.replaceAll(' ', ''),
    );
    return damaged;
  };

  it('is refused, and nothing else of the volume is', async () => {
    const codes = (await validate(bytesAsBlocks(image()))).findings.map(({ code }) => code);
    expect(codes).toContain('allocation-malformed');
    expect(codes).not.toContain('volume-too-costly');
    await expect(read(image())).rejects.toMatchObject({
      code: 'base-unreadable',
      errors: [{ pointer: '/victim' }, { pointer: '/victim' }],
    });
  });
});
