import fc from 'fast-check';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BlockReader } from '../../../../src/image/import/block-reader.js';
import type { FindingCode } from '../../../../src/image/import/findings.js';
import { readIsoDescriptors } from '../../../../src/image/import/iso-descriptors.js';
import { isoEntries } from '../../../../src/image/import/iso-tree.js';
import { validate } from '../../../../src/image/import/validate.js';
import { scratchFolder, writeIso } from '../../../support/mastering.js';

/** Offsets are those of ECMA-119, counted from 0: block 16 is the primary descriptor, its root record stands at 156. */
const BLOCK = 2048;
const PRIMARY = 16 * BLOCK;
const ROOT_EXTENT = PRIMARY + 158;

const scratch = scratchFolder('validate');
let image: Uint8Array;

beforeAll(async () => {
  const tree = `${scratch.path}/tree`;
  mkdirSync(`${tree}/sub/deeper`, { recursive: true });
  writeFileSync(`${tree}/alpha.txt`, 'alpha');
  writeFileSync(`${tree}/beta.bin`, Buffer.alloc(5000, 7));
  writeFileSync(`${tree}/sub/gamma`, 'gamma');
  writeFileSync(`${tree}/sub/${'long name '.repeat(20)}`, 'with a continuation area');
  symlinkSync(`../${'x'.repeat(200)}/alpha.txt`, `${tree}/sub/deeper/link`);
  await writeIso(tree, `${scratch.path}/tree.iso`);
  image = Uint8Array.from(readFileSync(`${scratch.path}/tree.iso`));
});

afterAll(scratch.remove);

const blocksOf = (bytes: Uint8Array): BlockReader => ({
  blocks: Math.floor(bytes.length / BLOCK),
  read: (first, count) => Promise.resolve(bytes.slice(first * BLOCK, (first + count) * BLOCK)),
});

const view = (): DataView => new DataView(image.buffer, image.byteOffset, image.length);
/** First block of a directory or file, read from the first half of a both-endian number. */
const blockAt = (offset: number): number => view().getUint32(offset, true);
const rootDirectory = (): number => blockAt(ROOT_EXTENT) * BLOCK;

/** Offset of the n-th record of a directory that begins at `offset`. */
const record = (offset: number, n: number): number => {
  let at = offset;
  for (let passed = 0; passed < n; passed++) at += image[at] ?? 0;
  return at;
};

const bothEndian = (bytes: Uint8Array, offset: number, value: number): void => {
  const target = new DataView(bytes.buffer, bytes.byteOffset);
  target.setUint32(offset, value, true);
  target.setUint32(offset + 4, value, false);
};

type Damage = (bytes: Uint8Array) => void;

/** The records of the root: itself, its parent, ALPHA.TXT, BETA.BIN, SUB. */
const DAMAGES: Readonly<Record<string, { damage: Damage; code: FindingCode; path?: string }>> = {
  'a volume larger than its image': {
    damage: (bytes) => {
      bothEndian(bytes, PRIMARY + 80, 1_000_000);
    },
    code: 'volume-exceeds-image',
  },
  'logical blocks of 512 bytes': {
    damage: (bytes) => {
      bytes.set([0x00, 0x02, 0x02, 0x00], PRIMARY + 128);
    },
    code: 'block-size-unsupported',
  },
  'no terminator': {
    damage: (bytes) => {
      bytes.fill(0, 18 * BLOCK, 18 * BLOCK + 7);
    },
    code: 'descriptor-set-unended',
  },
  'a root that lies outside': {
    damage: (bytes) => {
      bothEndian(bytes, ROOT_EXTENT, 900_000);
    },
    code: 'extent-outside',
    path: '/',
  },
  'halves of a number that differ': {
    damage: (bytes) => {
      bytes[record(rootDirectory(), 2) + 6] = 0x77;
    },
    code: 'field-not-canonical',
    path: '/',
  },
  'a file that lies outside': {
    damage: (bytes) => {
      bothEndian(bytes, record(rootDirectory(), 3) + 2, 800_000);
    },
    code: 'extent-outside',
    path: '/BETA.BIN',
  },
  'a file on a directory': {
    damage: (bytes) => {
      bothEndian(bytes, record(rootDirectory(), 3) + 2, blockAt(ROOT_EXTENT));
    },
    code: 'contents-overlap',
  },
  'a directory beneath itself': {
    damage: (bytes) => {
      const sub = record(rootDirectory(), 4);
      bothEndian(bytes, sub + 2, blockAt(ROOT_EXTENT));
    },
    code: 'directory-loop',
    path: '/SUB',
  },
  'a record that crosses its block': {
    damage: (bytes) => {
      bytes[record(rootDirectory(), 4)] = 1;
    },
    code: 'record-malformed',
    path: '/',
  },
  'one name twice': {
    damage: (bytes) => {
      const [alpha, beta] = [record(rootDirectory(), 2), record(rootDirectory(), 3)];
      bytes.set(bytes.slice(beta + 33, beta + 33 + 8), alpha + 33);
      bytes.set([0x3b, 0x31], alpha + 33 + 8);
      bytes[alpha + 32] = 10;
    },
    code: 'name-repeated',
    path: '/BETA.BIN',
  },
  'a parent that is another directory': {
    damage: (bytes) => {
      bothEndian(bytes, record(blockAt(record(rootDirectory(), 4) + 2) * BLOCK, 1) + 2, 20);
    },
    code: 'parent-record-wrong',
    path: '/SUB',
  },
  'a path table of another tree': {
    damage: (bytes) => {
      bytes[blockAt(PRIMARY + 140) * BLOCK + 2] = 0xee;
    },
    code: 'path-table-wrong',
  },
};

describe('A damaged image', () => {
  it.each(Object.entries(DAMAGES))('with %s is told so, by place', async (_title, { damage, code, path }) => {
    const damaged = image.slice();
    damage(damaged);
    const { findings } = await validate(blocksOf(damaged));
    const found = findings.filter((finding) => finding.code === code);
    expect(found).not.toEqual([]);
    if (path !== undefined) expect(found.map((finding) => finding.path)).toContain(path);
  });

  it('without damage has no findings', async () => {
    expect((await validate(blocksOf(image))).findings).toEqual([]);
  });
});

// ECMA-119 §7.5.1 and §9.3: versions of one file stand in a directory, the highest first, and readers show that.
describe('A file of two versions', () => {
  const versioned = (first: number, second: number): Uint8Array => {
    const bytes = image.slice();
    for (const [index, version] of [first, second].entries()) {
      const at = record(rootDirectory(), 2 + index);
      bytes.set(new TextEncoder().encode(`BETA.BIN;${version}`), at + 33);
      bytes[at + 32] = 10;
      // What follows an identifier of even length is a byte of padding; Rock Ridge is not to be seen here.
      bytes.fill(0, at + 43, at + (image[at] ?? 0));
    }
    return bytes;
  };
  const plainOf = async (bytes: Uint8Array) => {
    const reader = blocksOf(bytes);
    const descriptors = await readIsoDescriptors(reader, 0, () => undefined);
    const entries = [];
    const findings: unknown[] = [];
    const report = (finding: unknown): void => void findings.push(finding);
    if (descriptors)
      for await (const entry of isoEntries(reader, {
        descriptor: descriptors.primary,
        view: 'iso9660',
        report,
      }))
        entries.push(entry);
    return { entries, findings };
  };

  it.each([
    [2, 1, 5],
    [1, 2, 5000],
    [32767, 100, 5],
  ])('%i and %i is the highest one, and nothing is wrong with that', async (first, second, size) => {
    const { entries, findings } = await plainOf(versioned(first, second));
    expect(entries.filter(({ name }) => name === 'BETA.BIN').map((entry) => entry.size)).toEqual([size]);
    expect(findings).toMatchObject([{ code: 'version-hidden' }]);
  });

  it('that is twice the same is a mistake', async () => {
    expect((await plainOf(versioned(2, 2))).findings).toMatchObject([{ code: 'name-repeated' }]);
  });
});

describe('Whatever an image holds', () => {
  const flips = fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), {
    minLength: 1,
    maxLength: 40,
  });
  /** Damage where it hurts: in descriptors, tables and directories, which take the first blocks. */
  const damagedBy = (changes: readonly { at: number; value: number }[], blocks: number): Uint8Array => {
    const bytes = image.slice(0, Math.max(17, blocks) * BLOCK);
    for (const { at, value } of changes) bytes[PRIMARY + (at % (bytes.length - PRIMARY))] = value;
    return bytes;
  };

  it('the validator answers, and the importer gives a tree: each entry beneath one that came before', async () => {
    const whole = Math.floor(image.length / BLOCK);
    await fc.assert(
      fc.asyncProperty(flips, fc.integer({ min: 17, max: whole }), async (changes, blocks) => {
        const bytes = damagedBy(changes, blocks);
        await validate(blocksOf(bytes));
        const descriptors = await readIsoDescriptors(blocksOf(bytes), 0, () => undefined);
        if (!descriptors) return;
        const directories = new Set<number>();
        const reading = {
          descriptor: descriptors.primary,
          view: 'rock-ridge',
          report: () => undefined,
        } as const;
        for await (const { id, parent, kind, name } of isoEntries(blocksOf(bytes), reading)) {
          expect(id === 0 || directories.has(parent)).toBe(true);
          expect(name).not.toMatch(/^\.{1,2}$|[/\0]/);
          if (kind === 'directory') directories.add(id);
        }
      }),
      { numRuns: 300 },
    );
  });
});
