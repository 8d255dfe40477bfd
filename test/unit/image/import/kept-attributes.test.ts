import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TreeRequest } from '../../../../src/image/master-request.js';
import { udfRequest } from '../../../../src/image/udf-request.js';
import { seal } from '../../../support/damage.js';
import { growImage } from '../../../support/grow-image.js';
import { aTreeRequest, scratchFolder, writeIso } from '../../../support/mastering.js';

/**
 * What a session says of a file beside its contents, typed by hand, is what the next one says. Offsets are those of RRIP 1.12 4.1.6 (TF: flags in
 * byte 4, then stamps of seven bytes), ECMA-167 4/14.4 (ICB of a name), 4/14.6.8 (flags), 4/14.17 (times) and 4/14.10.5.
 */
const BLOCK = 2048;
const scratch = scratchFolder('kept-attributes');
const [tree, more, path] = ['tree', 'more', 'image'].map((name) => `${scratch.path}/${name}`) as [
  string,
  string,
  string,
];
afterAll(scratch.remove);

beforeAll(() => {
  for (const folder of [tree, more]) mkdirSync(folder);
  writeFileSync(`${tree}/victim`, 'content');
  writeFileSync(`${more}/new`, 'new');
  utimesSync(`${tree}/victim`, 1.1e9, 1e9);
});

const grown = async (
  before: Partial<TreeRequest>,
  change: (bytes: Buffer) => void,
  after: Partial<TreeRequest> = before,
): Promise<Buffer> => {
  await writeIso(tree, path, aTreeRequest({ joliet: false, ...before }));
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  await growImage(path, more, aTreeRequest({ joliet: false, ...after }));
  return readFileSync(path);
};

describe('Times of Rock Ridge', () => {
  const PLAIN = aTreeRequest().posix;
  const all = { posix: { ...PLAIN, times: 'all' as const } };
  /** The entry in the last record of the file. */
  const stamps = (bytes: Buffer): Buffer => {
    const at = bytes.indexOf('TF', bytes.lastIndexOf('VICTIM.;1'));
    return bytes.subarray(at, at + bytes[at + 2]!);
  };

  it('are kept, whatever new files get', async () => {
    let before = Buffer.alloc(0);
    const bytes = await grown(all, (old) => (before = Buffer.from(stamps(old))), { posix: PLAIN });
    expect(bytes.lastIndexOf('VICTIM.;1')).toBeGreaterThan(bytes.indexOf('VICTIM.;1'));
    expect([before.length, before[4]]).toEqual([5 + 4 * 7, 0x0f]);
    expect(stamps(bytes)).toEqual(before);
    const added = bytes.indexOf('TF', bytes.lastIndexOf('NEW.;1'));
    expect(bytes[added + 4]).toBe(2);
  });

  /** Modification, backup, expiration and effect in the place of those that POSIX has. */
  const further = (bytes: Buffer): void => {
    const entry = stamps(bytes);
    entry[4] = 0x72;
    for (const [index, at] of [5, 12, 19, 26].entries()) entry.set([100 + index, 2, 3, 4, 5, 6, 0], at);
  };

  it('of backup, expiration and effect are kept, too', async () => {
    const bytes = await grown(all, further, { posix: PLAIN });
    const expected = [0, 1, 2, 3].flatMap((index) => [100 + index, 2, 3, 4, 5, 6, 0]);
    expect([...stamps(bytes)]).toEqual([0x54, 0x46, 33, 1, 0x72, ...expected]);
  });

  it('of backup, expiration and effect are named where there is no Rock Ridge, unless that is wanted', async () => {
    const plain = { rockRidge: false };
    await expect(grown(all, further, plain)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [
        { pointer: '/victim', message: 'has times of backup, expiration, effective, which need Rock Ridge' },
      ],
    });
    await grown(all, further, { ...plain, skipUnsupported: true });
  });
});

describe('What UDF says of a file', () => {
  const udfOf = (revision: '1.02' | '2.01') => ({ iso9660: false, udf: udfRequest.parse({ revision }) });
  /** Where the entry begins that the last name of the file leads to. */
  const entryOf = (bytes: Buffer): number => {
    let start = 0;
    // ECMA-167 3/10.2: where the anchor says that the main sequence is.
    const main = bytes.readUInt32LE(256 * BLOCK + 20);
    for (let block = main; block < main + 16 && start === 0; block++)
      if (bytes.readUInt16LE(block * BLOCK) === 5) start = bytes.readUInt32LE(block * BLOCK + 188);
    return (start + bytes.readUInt32LE(bytes.lastIndexOf('victim\0', undefined, 'latin1') - 39 + 24)) * BLOCK;
  };
  const changed = async (revision: '1.02' | '2.01', change: (bytes: Buffer, entry: number) => void) => {
    let before = 0;
    const bytes = await grown(udfOf(revision), (old) => {
      before = entryOf(old);
      change(old, before);
      seal(old, before);
    });
    expect(entryOf(bytes)).toBeGreaterThan(before);
    return bytes.subarray(entryOf(bytes));
  };

  it.each([
    ['archive', 0x20],
    ['system', 0x400],
    ['not to be relocated', 0x10],
  ])('by its flag "%s" is kept', async (_name, bit) => {
    const entry = await changed('2.01', (bytes, at) =>
      bytes.writeUInt16LE(bytes.readUInt16LE(at + 34) + bit, at + 34),
    );
    expect(entry.readUInt16LE(34) & 0x430).toBe(bit);
  });

  it('by its times of access, creation and attributes is kept', async () => {
    const entry = await changed('2.01', (bytes, at) => {
      for (const [index, time] of [80, 104, 116].entries()) bytes.writeInt16LE(2011 + index, at + time + 2);
    });
    expect([80, 104, 116].map((time) => entry.readInt16LE(time + 2))).toEqual([2011, 2012, 2013]);
    expect(entry.readInt16LE(92 + 2)).toBe(2001);
  });

  it.each([
    [4, 'deletion'],
    [8, 'effect'],
    [32, 'backup'],
  ])('by an attribute of times, bit %d, is named where no tree has a place for it', async (bit, name) => {
    const change = (bytes: Buffer, at: number): void => {
      expect(bytes.readUInt32LE(at + 176 + 24)).toBe(5);
      bytes.writeUInt32LE(bit, at + 176 + 24 + 16);
    };
    await expect(changed('1.02', change)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/victim', message: expect.stringContaining(`times of ${name} `) as string }],
    });
  });
});

describe.each(['1.02', '2.01'] as const)('What UDF %s says of a file of a bridge', (revision) => {
  const bridge = { udf: udfRequest.parse({ revision }) };
  /** Where the name of the file stands in the directory that was recorded last: ECMA-167 4/14.4 has it at byte 39. */
  const nameOf = (bytes: Buffer): number => bytes.lastIndexOf('victim\0', undefined, 'latin1') - 39;
  const entryOf = (bytes: Buffer): number => {
    const main = bytes.readUInt32LE(256 * BLOCK + 20);
    const descriptors = Array.from({ length: 16 }, (_, index) => (main + index) * BLOCK);
    const partition = descriptors.find((at) => bytes.readUInt16LE(at) === 5)!;
    return (bytes.readUInt32LE(partition + 188) + bytes.readUInt32LE(nameOf(bytes) + 24)) * BLOCK;
  };

  it('by its flags is kept, whatever else shows the file', async () => {
    let before = 0;
    const bytes = await grown(bridge, (old) => {
      before = entryOf(old);
      old.writeUInt16LE(old.readUInt16LE(before + 34) + 0x430, before + 34);
      old[nameOf(old) + 18] = 1;
      for (const at of [before, nameOf(old)]) seal(old, at);
    });
    expect(entryOf(bytes)).toBeGreaterThan(before);
    expect(bytes.readUInt16LE(entryOf(bytes) + 34) & 0x430).toBe(0x430);
    expect(bytes[nameOf(bytes) + 18]).toBe(1);
  });
});

describe('A bridge whose entry in UDF 1.02 is damaged', () => {
  it('is gone on with by what Rock Ridge says', async () => {
    const udf = udfRequest.parse({ revision: '1.02' });
    const bytes = await grown({ udf }, (old) => {
      const name = old.lastIndexOf('victim\0', undefined, 'latin1') - 39;
      old.fill(0, name, name + 16);
    });
    expect(bytes.lastIndexOf('NEW.;1')).toBeGreaterThan(0);
  });
});
