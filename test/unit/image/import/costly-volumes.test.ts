import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { digestBase } from '../../../../src/image/import/base-digests.js';
import { readBase } from '../../../../src/image/import/base.js';
import { readIsoDescriptors } from '../../../../src/image/import/iso-descriptors.js';
import type { IsoEntry } from '../../../../src/image/import/iso-entry.js';
import { isoEntries } from '../../../../src/image/import/iso-tree.js';
import { validate } from '../../../../src/image/import/validate.js';
import { udfRequest } from '../../../../src/image/udf-request.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { countedWork } from '../../../support/counted-work.js';
import { seal } from '../../../support/damage.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';

/**
 * Volumes that were made to cost whoever reads them far more than they have bytes. Offsets are those of ECMA-119 8.4 and 9.1, SUSP 1.12 5.1,
 * RRIP 1.12 4.1, ECMA-167 3/10.6 and 4/14.17.
 */
const BLOCK = 2048;
const PRIMARY = 16 * BLOCK;
const ROOT_RECORD = PRIMARY + 156;

const scratch = scratchFolder('costly-volumes');
afterAll(scratch.remove);

let plain: Buffer;

beforeAll(async () => {
  mkdirSync(`${scratch.path}/tree`);
  writeFileSync(`${scratch.path}/tree/file`, 'file');
  plain = await isoBytes(`${scratch.path}/tree`, aTreeRequest({ joliet: false }));
});

const both = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  bytes.writeUInt32BE(value, 4);
  return bytes;
};

interface Record {
  readonly identifier: string;
  readonly block: number;
  readonly bytes: number;
  readonly flags: number;
  readonly systemUse?: Buffer;
}

const record = ({ identifier, block, bytes, flags, systemUse = Buffer.alloc(0) }: Record): Buffer => {
  const head = 33 + identifier.length + (identifier.length % 2 === 0 ? 1 : 0);
  const result = Buffer.alloc(head + systemUse.length + (systemUse.length % 2));
  result[0] = result.length;
  both(block).copy(result, 2);
  both(bytes).copy(result, 10);
  result.set([126, 1, 1, 0, 0, 0, 0, flags], 18);
  result.set([1, 0, 0, 1, identifier.length], 28);
  result.write(identifier, 33, 'latin1');
  systemUse.copy(result, head);
  return result;
};

/** Records, none of which crosses the end of its block. */
const packed = (records: readonly Buffer[]): Buffer => {
  const blocks: Buffer[] = [Buffer.alloc(0)];
  for (const one of records) {
    const last = blocks.at(-1)!;
    if (last.length + one.length > BLOCK) blocks.push(one);
    else blocks[blocks.length - 1] = Buffer.concat([last, one]);
  }
  return Buffer.concat(blocks.map((block) => Buffer.concat([block], BLOCK)));
};

/** The plain volume with another root directory, behind which other blocks may lie. */
const withRoot = (
  records: (behind: number) => readonly Buffer[],
  others: (first: number) => Buffer,
): Buffer => {
  const block = plain.length / BLOCK;
  const old = plain.readUInt32LE(ROOT_RECORD + 2) * BLOCK;
  const systemUse = plain.subarray(old + 34, old + plain[old]!);
  const rooted = (behind: number, bytes: number): Buffer =>
    packed([
      record({ identifier: '\0', block, bytes, flags: 2, systemUse }),
      record({ identifier: '\x01', block, bytes, flags: 2 }),
      ...records(behind),
    ]);
  const { length } = rooted(0, 0);
  const behind = block + length / BLOCK;
  const image = Buffer.concat([plain, rooted(behind, length), others(behind)]);
  both(block).copy(image, ROOT_RECORD + 2);
  both(length).copy(image, ROOT_RECORD + 10);
  both(image.length / BLOCK).copy(image, PRIMARY + 80);
  return image;
};

const entry = (signature: string, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from(signature), Buffer.from([body.length + 4, 1]), body]);
};

/** Areas that follow each other, a block each, and how to begin with the first. */
const chain = (first: number, content: Buffer, areas: number): { begin: Buffer; blocks: Buffer } => {
  const to = (index: number): Buffer =>
    entry('CE', both(first + index), both(0), both(content.length + (index < areas - 1 ? 28 : 0)));
  const blocks = Array.from({ length: areas }, (_, index) =>
    Buffer.concat([content, ...(index < areas - 1 ? [to(index + 1)] : [])], BLOCK),
  );
  return { begin: to(0), blocks: Buffer.concat(blocks) };
};

const repeated = (one: Buffer, times: number): Buffer =>
  Buffer.concat(Array.from({ length: times }, () => one));

const LINK_MODE = 0o120777;
const px = (mode: number): Buffer => entry('PX', both(mode), both(1), both(0), both(0), both(5));

const readRockRidge = async (image: Buffer): Promise<IsoEntry[]> => {
  const reader = bytesAsBlocks(image);
  const descriptors = await readIsoDescriptors(reader, 0, () => undefined);
  const entries: IsoEntry[] = [];
  const { primary: descriptor } = descriptors!;
  for await (const found of isoEntries(reader, { descriptor, view: 'rock-ridge', report: () => undefined }))
    entries.push(found);
  return entries;
};

const codesOf = async (image: Buffer): Promise<Set<string>> =>
  new Set((await validate(bytesAsBlocks(image))).findings.map(({ code }) => code));

describe('A file of ten thousand sections', () => {
  const SECTIONS = 10_000;
  const image = (): Buffer =>
    withRoot(
      () =>
        Array.from({ length: SECTIONS }, () =>
          record({ identifier: 'A', block: 20, bytes: BLOCK, flags: 0x80 }),
        ),
      () => Buffer.alloc(0),
    );

  it('costs so much for each of them, and more than a volume can have are not followed', async () => {
    const trap = image();
    const { steps } = await countedWork(() => readRockRidge(trap));
    expect(steps).toBeLessThan(100 * SECTIONS);
    const [, file] = await readRockRidge(trap);
    expect(file!.runs.length).toBeLessThan(5000);
    expect(await codesOf(trap)).toContain('file-sections-wrong');
  });
});

describe('A manifest of a thousand sections that are one', () => {
  const SECTIONS = 1000;
  const BLOCKS = 100;
  const comments = Buffer.alloc(BLOCKS * BLOCK, `#${' '.repeat(126)}\n`);
  const image = (): Buffer =>
    withRoot(
      (block) =>
        Array.from({ length: SECTIONS }, (_, index) =>
          record({
            identifier: 'SUMS.;1',
            block,
            bytes: comments.length,
            flags: index < SECTIONS - 1 ? 0x80 : 0,
          }),
        ),
      () => comments,
    );

  it('costs whoever goes on with its session no more than the volume does', async () => {
    const trap = image();
    const { entries } = await readBase(bytesAsBlocks(trap), { start: 0 });
    expect(entries.map(({ size }) => size)).toContain(SECTIONS * comments.length);
    const reader = bytesAsBlocks(trap);
    await digestBase(reader, entries, { manifest: '/SUMS', remove: [] });
    expect(reader.count()).toBeLessThan(4 * reader.blocks);
  });

  it('costs the validator no more, which tells it', async () => {
    const reader = bytesAsBlocks(image());
    const { findings } = await validate(reader, { manifest: '/SUMS' });
    expect(findings).toContainEqual(expect.objectContaining({ code: 'volume-too-costly', path: '/SUMS' }));
    expect(reader.count()).toBeLessThan(4 * reader.blocks);
  });
});

describe('A symbolic link whose target goes on and on', () => {
  const component = Buffer.from([0, 1, 0x61]);
  const links = entry('SL', Buffer.from([1]), repeated(component, 80));
  const image = (areas: number): Buffer => {
    const of = (first: number) => chain(first, repeated(links, 7), areas);
    const root = (first: number): Buffer[] => [
      record({
        identifier: 'L.;1',
        block: 0,
        bytes: 0,
        flags: 0,
        systemUse: Buffer.concat([px(LINK_MODE), of(first).begin]),
      }),
    ];
    return withRoot(root, (first) => of(first).blocks);
  };

  it('costs no more than its bytes, is told, and left out', async () => {
    const trap = image(40);
    const { copied, steps } = await countedWork(() => readRockRidge(trap));
    expect(copied).toBeLessThan(4 * trap.length);
    expect(steps).toBeLessThan(trap.length);
    expect(await readRockRidge(trap)).toHaveLength(1);
    expect(await codesOf(trap)).toContain('target-illegal');
  });

  it('is what it says as long as systems take it for a path', async () => {
    const [, link] = await readRockRidge(image(3));
    expect(link!.target).toBe('a/'.repeat(3 * 7 * 80).slice(0, -1));
  });
});

describe('Names that go on and on', () => {
  const FILES = 1000;
  const name = entry('NM', Buffer.from([1]), Buffer.alloc(250, 'n'));
  const image = (): Buffer => {
    const of = (first: number) => chain(first, repeated(name, 7), 4);
    const root = (first: number): Buffer[] =>
      Array.from({ length: FILES }, (_, index) => {
        const own = entry('NM', Buffer.from([1]), Buffer.from(`${index}`));
        return record({
          identifier: `F${String(index).padStart(5, '0')}.;1`,
          block: 0,
          bytes: 0,
          flags: 0,
          systemUse: Buffer.concat([own, of(first).begin]),
        });
      });
    return withRoot(root, (first) => of(first).blocks);
  };

  it('are told, left out, and nowhere kept', async () => {
    const trap = image();
    expect(await readRockRidge(trap)).toHaveLength(1);
    const { findings } = await validate(bytesAsBlocks(trap));
    const told = findings.filter(({ code }) => code === 'name-illegal');
    expect(told.length).toBeGreaterThan(FILES / 2);
    expect(Math.max(...told.map(({ detail }) => detail.length))).toBeLessThan(600);
  });
});

describe('A volume of UDF whose table is in every map', () => {
  const MAPS = 24;
  const BLOCKS = 2048;
  const image = async (): Promise<Buffer> => {
    const udf = udfRequest.parse({ revision: '2.01', access: 'write-once' });
    const whole = await isoBytes(`${scratch.path}/tree`, aTreeRequest({ iso9660: false, udf }));
    const trap = Buffer.concat([
      whole.subarray(0, -BLOCK),
      Buffer.alloc(BLOCKS * BLOCK - whole.length),
      whole.subarray(-BLOCK),
    ]);
    let partition = 0;
    for (let at = 32 * BLOCK; at < 64 * BLOCK; at += BLOCK) {
      const tag = trap.readUInt16LE(at);
      if (tag === 5) {
        partition = trap.readUInt32LE(at + 188);
        trap.writeUInt32LE(BLOCKS - partition, at + 192);
        seal(trap, at);
      }
      if (tag !== 6) continue;
      const virtual = trap.subarray(at + 446, at + 510);
      repeated(Buffer.from(virtual), MAPS).copy(trap, at + 446);
      trap.writeUInt32LE(6 + 64 * MAPS, at + 264);
      trap.writeUInt32LE(1 + MAPS, at + 268);
      trap.writeUInt16LE(440 + 6 + 64 * MAPS - 16, at + 10);
      seal(trap, at);
    }
    const at = trap.length - BLOCK;
    const covered = (BLOCKS - partition) * BLOCK;
    const EXTENTS = 4;
    trap.writeUInt8((trap.readUInt8(at + 34) & ~7) | 1, at + 34);
    trap.writeBigUInt64LE(BigInt(EXTENTS * covered), at + 56);
    trap.writeUInt32LE(0, at + 208);
    trap.writeUInt32LE(16 * EXTENTS, at + 212);
    for (let extent = 0; extent < EXTENTS; extent++) {
      trap.fill(0, at + 216 + 16 * extent, at + 232 + 16 * extent);
      trap.writeUInt32LE(covered, at + 216 + 16 * extent);
    }
    trap.writeUInt32LE(BLOCKS - 1 - partition, at + 12);
    trap.writeUInt16LE(216 + 16 * EXTENTS - 16, at + 10);
    seal(trap, at);
    return trap;
  };

  it('is read once, and no more maps are followed than there can be', async () => {
    const trap = await image();
    const { copied } = await countedWork(() => validate(bytesAsBlocks(trap)));
    // The table claims the medium four times; what is read is copied out of what is kept of the medium, then together.
    expect(copied).toBeGreaterThan(6 * trap.length);
    expect(copied).toBeLessThan(12 * trap.length);
    expect(await codesOf(trap)).toContain('partition-map-unknown');
  });
});
