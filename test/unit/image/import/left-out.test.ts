import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readBase } from '../../../../src/image/import/base.js';
import type { FindingCode } from '../../../../src/image/import/findings.js';
import type { ImportedFileSystem } from '../../../../src/image/import/file-systems.js';
import { validate } from '../../../../src/image/import/validate.js';
import { master, type Mastered } from '../../../../src/image/master.js';
import type { TreeRequest } from '../../../../src/image/master-request.js';
import { openRoots } from '../../../../src/image/roots.js';
import { udfRequest } from '../../../../src/image/udf-request.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { seal } from '../../../support/damage.js';
import { hasTool } from '../../../support/has-tool.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';

/**
 * Volumes with something that our importer cannot take over: nobody who goes on with one may lose it without a word. Offsets are those of
 * ECMA-119 9.1 (a record's flags are byte 25, its identifier begins with byte 33), RRIP 1.12 4.1 and ECMA-167 4/14.4.
 */
const BLOCK = 2048;
const FLAGS = 25;
const IDENTIFIER = 33;

const scratch = scratchFolder('left-out');
afterAll(scratch.remove);

beforeAll(() => {
  mkdirSync(`${scratch.path}/tree/folder`, { recursive: true });
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/tree/victim`, 'what must not get lost');
  writeFileSync(`${scratch.path}/tree/folder/inside`, 'inside');
  writeFileSync(`${scratch.path}/more/new`, 'new');
});

const image = (differences: Partial<TreeRequest> = {}): Promise<Buffer> =>
  isoBytes(`${scratch.path}/tree`, aTreeRequest({ joliet: false, ...differences }));

/** Where the record with an identifier begins. */
const recordOf = (bytes: Buffer, identifier: string): number =>
  bytes.indexOf(Buffer.from(`${String.fromCharCode(identifier.length)}${identifier}`, 'latin1')) -
  IDENTIFIER +
  1;

const VICTIM = 'VICTIM.;1';

/** An entry of Rock Ridge in the record. */
const entryOf = (bytes: Buffer, identifier: string, signature: string): number =>
  bytes.indexOf(signature, recordOf(bytes, identifier) + IDENTIFIER + identifier.length);

/** ECMA-167 3/10.5: where the partition begins, by its descriptor in the main sequence. */
const blockOfPartition = (bytes: Buffer): number => {
  for (let block = 32; block < 48; block++)
    if (bytes.readUInt16LE(block * BLOCK) === 5) return bytes.readUInt32LE(block * BLOCK + 188);
  throw new Error('there is no partition');
};

const both = (bytes: Buffer, at: number, value: number): void => {
  bytes.writeUInt32LE(value, at);
  bytes.writeUInt32BE(value, at + 4);
};

const goOnWith = async (
  bytes: Buffer,
  differences: Partial<TreeRequest> = {},
  view?: ImportedFileSystem,
): Promise<Mastered> => {
  const base = await readBase(bytesAsBlocks(bytes), { start: 0, view });
  const startBlock = bytes.length / BLOCK;
  const roots = openRoots([{ name: 'tree', path: `${scratch.path}/more` }]);
  try {
    return master({ ...aTreeRequest(differences), startBlock }, { roots, base, onEntries: () => undefined });
  } finally {
    roots.close();
  }
};

const codesOf = async (bytes: Buffer): Promise<FindingCode[]> =>
  (await validate(bytesAsBlocks(bytes))).findings.map(({ code }) => code);

const DAMAGES: Readonly<Record<string, readonly [FindingCode, (bytes: Buffer) => void]>> = {
  'a name of Rock Ridge with a slash': [
    'name-illegal',
    (bytes) => void bytes.write('vic/im', entryOf(bytes, VICTIM, 'NM') + 5),
  ],
  'a file that is marked as moved, to which nothing leads': [
    'relocation-unclaimed',
    // TF of 12 bytes becomes RE of 4 and padding of 8.
    (bytes) => void bytes.write('RE\x04\x01PD\x08\x01', entryOf(bytes, VICTIM, 'TF'), 'latin1'),
  ],
  'a directory with files that is marked as moved, to which nothing leads': [
    'relocation-unclaimed',
    (bytes) => void bytes.write('RE\x04\x01PD\x08\x01', entryOf(bytes, 'FOLDER', 'TF'), 'latin1'),
  ],
};

describe.each(Object.keys(DAMAGES))('With %s', (what) => {
  it('a volume is not valid, and nobody goes on with it', async () => {
    const [code, damage] = DAMAGES[what]!;
    const bytes = await image();
    expect(await codesOf(bytes)).toEqual([]);
    damage(bytes);
    expect(await codesOf(bytes)).toContain(code);
    await expect(goOnWith(bytes)).rejects.toMatchObject({ code: 'base-unreadable' });
  });
});

describe('A name of UDF with a slash', () => {
  it('makes a volume invalid, and nobody goes on with it', async () => {
    const bytes = await image({ iso9660: false, udf: udfRequest.parse({ revision: '1.02' }) });
    const name = bytes.indexOf('victim', 'latin1');
    bytes.write('vic/im', name);
    // The identifier's descriptor begins 38 bytes and the compression ID before its name; it stands in the entry of the root.
    seal(bytes, name - 39);
    seal(bytes, name - (name % BLOCK));
    expect(await codesOf(bytes)).toContain('name-illegal');
    await expect(
      goOnWith(bytes, { iso9660: false, udf: udfRequest.parse({ revision: '1.02' }) }),
    ).rejects.toMatchObject({ code: 'base-unreadable' });
  });
});

describe('An associated file', () => {
  const associated = async (): Promise<Buffer> => {
    const bytes = await image();
    bytes[recordOf(bytes, VICTIM) + FLAGS] = 4;
    return bytes;
  };

  it('is a warning, and named by whoever goes on with the volume', async () => {
    const bytes = await associated();
    expect(await validate(bytesAsBlocks(bytes))).toMatchObject({ valid: true });
    expect(await codesOf(bytes)).toContain('associated-file');
    await expect(goOnWith(bytes)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/VICTIM' }],
    });
  });

  it('is left out where that is wanted', async () => {
    const bytes = await associated();
    expect(await goOnWith(bytes, { skipUnsupported: true })).toMatchObject({ kept: 2 });
    expect(await goOnWith(bytes, { remove: ['/VICTIM'] })).toMatchObject({ kept: 2 });
  });
});

describe('An older version of a file', () => {
  const versions = async (): Promise<Buffer> => {
    const bytes = await image({ rockRidge: false });
    // Another file of the directory becomes version 2 of the first.
    bytes.write('VICTIM.;2', recordOf(bytes, 'VICTIN.;1') + IDENTIFIER);
    return bytes;
  };

  beforeAll(() => {
    writeFileSync(`${scratch.path}/tree/victin`, 'version 2');
  });
  afterAll(() => {
    rmSync(`${scratch.path}/tree/victin`);
  });

  it('is told by the validator, and named by whoever goes on with the volume', async () => {
    const bytes = await versions();
    expect((await validate(bytesAsBlocks(bytes))).findings).toContainEqual(
      expect.objectContaining({ code: 'version-hidden', path: '/VICTIM' }),
    );
    await expect(goOnWith(bytes, { rockRidge: false })).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/VICTIM', message: expect.stringContaining('older version') as string }],
    });
  });

  it('is left out where that is wanted, or all of the file goes', async () => {
    const bytes = await versions();
    expect(await goOnWith(bytes, { rockRidge: false, skipUnsupported: true })).toMatchObject({ kept: 3 });
    expect(await goOnWith(bytes, { rockRidge: false, remove: ['/VICTIM'] })).toMatchObject({ kept: 2 });
  });
});

describe('An extended attribute record', () => {
  it('is named by whoever goes on with the volume', async () => {
    const bytes = await image();
    bytes[recordOf(bytes, VICTIM) + 1] = 1;
    await expect(goOnWith(bytes)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/victim', message: expect.stringContaining('ECMA-119 9.5') as string }],
    });
  });
});

describe.skipIf(!hasTool('xorriso'))('An ACL and attributes that xorriso has recorded', () => {
  const recorded = (): Buffer => {
    const path = `${scratch.path}/attributes.iso`;
    const attributes = ['-setfattr', 'user.a', 'b', '/folder/inside', '--'];
    const acl = ['-setfacl', 'u:nobody:r,u::rw,g::r,o::r,m::r', '/victim', '--'];
    const args = ['-map', `${scratch.path}/tree`, '/', ...attributes, ...acl, '-commit'];
    rmSync(path, { force: true });
    execFileSync('xorriso', ['-acl', 'on', '-xattr', 'on', '-md5', 'on', '-outdev', path, ...args], {
      stdio: 'ignore',
    });
    return readFileSync(path);
  };

  it('are told by the validator, and named by whoever goes on with the volume', async () => {
    const bytes = recorded();
    const { findings, valid } = await validate(bytesAsBlocks(bytes));
    expect(valid).toBe(true);
    expect(findings.filter(({ code }) => code === 'attributes-foreign').map(({ path }) => path)).toEqual([
      '/victim',
      '/folder/inside',
    ]);
    await expect(goOnWith(bytes)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: ['/victim', '/folder/inside'].map((pointer) => ({
        pointer,
        message: 'has attributes that cannot be taken over: They are in entries "AL" of SUSP',
      })),
    });
  });

  it('are not minded of files that go or are replaced', async () => {
    const bytes = recorded();
    const sources = [{ at: '/victim', root: 'tree', path: 'new' }];
    const goes = await goOnWith(bytes, { sources, remove: ['/folder/inside'] });
    expect(goes.kept).toBe(1);
  });
});

describe('Extended attributes of UDF', () => {
  /** ECMA-167 4/14.10.8: an attribute for an implementation, instead of the time of creation. */
  const described = async (name: string): Promise<Buffer> => {
    const bytes = await image({ iso9660: false, udf: udfRequest.parse({ revision: '1.02' }) });
    const names = bytes.indexOf('victim', 'latin1');
    // ECMA-167 4/14.4: the ICB of the name, 20 bytes into its identifier, which has 38 before its name.
    const entry = (blockOfPartition(bytes) + bytes.readUInt32LE(names - 39 + 24)) * BLOCK;
    const at = entry + 176 + 24;
    expect(bytes.readUInt32LE(at)).toBe(5);
    bytes.writeUInt32LE(2048, at);
    bytes.fill(0, at + 12, at + 32);
    // It begins where the bytes of the file did, which go.
    bytes.writeUInt32LE(48, at + 8);
    bytes.writeUInt32LE(24 + 48, entry + 168);
    bytes.fill(0, at + 12, at + 48);
    bytes.write(name, at + 17, 'latin1');
    bytes.writeBigUInt64LE(0n, entry + 56);
    bytes.writeUInt32LE(0, entry + 172);
    seal(bytes, entry);
    return bytes;
  };

  const udf = { iso9660: false, udf: udfRequest.parse({ revision: '1.02' }) };

  it('are named by whoever goes on with the volume', async () => {
    await expect(goOnWith(await described('*UDF OS/2 EA'), udf)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/victim', message: expect.stringContaining('"*UDF OS/2 EA"') as string }],
    });
  });

  it('are not minded where they only keep room', async () => {
    expect(await goOnWith(await described('*UDF FreeEASpace'), udf)).toMatchObject({ kept: 3 });
  });
});

describe('A directory whose mode says not what it is', () => {
  it.each([0o755, 0o100755])('is one, with what lies in it: %o', async (mode) => {
    const bytes = await image();
    both(bytes, entryOf(bytes, 'FOLDER', 'PX') + 4, mode);
    const { kept, contents } = await goOnWith(bytes);
    expect(kept).toBe(3);
    expect(contents.summary).toMatchObject({ files: 3, directories: 2 });
  });
});

describe('A file that lies in units with gaps between them', () => {
  it('makes a volume invalid, and nobody goes on with it', async () => {
    const bytes = await image();
    const [unit, gap] = [26, 27];
    bytes[recordOf(bytes, VICTIM) + unit] = 1;
    bytes[recordOf(bytes, VICTIM) + gap] = 1;
    expect(await codesOf(bytes)).toContain('file-interleaved');
    await expect(goOnWith(bytes)).rejects.toMatchObject({
      code: 'base-unreadable',
      errors: [{ pointer: '/VICTIM' }],
    });
  });
});

describe('Flags that UDF has beside names of ISO 9660', () => {
  const udf = udfRequest.parse({ revision: '1.02' });
  /** ECMA-167 4/14.4 and 4/14.6.8: a file is called archived. */
  const archived = async (name: string): Promise<Buffer> => {
    const bytes = await image({ rockRidge: false, udf });
    const identifier = bytes.lastIndexOf(`${name}\0`, undefined, 'latin1') - 39;
    const entry = (blockOfPartition(bytes) + bytes.readUInt32LE(identifier + 24)) * BLOCK;
    bytes[entry + 34]! += 0x20;
    seal(bytes, entry);
    return bytes;
  };

  it('are those of the file whose contents lie there', async () => {
    const { entries, leftOut } = await readBase(bytesAsBlocks(await archived('victim')), {
      start: 0,
      view: 'iso9660',
    });
    expect(entries.find(({ name }) => name === 'VICTIM')).toMatchObject({ udfFlags: { archive: true } });
    expect(leftOut).toEqual([]);
  });

  it('are named where nothing says whose they are', async () => {
    await expect(goOnWith(await archived('folder'), { udf }, 'iso9660')).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/folder', message: expect.stringContaining('flags (archive)') as string }],
    });
  });

  it.skipIf(!hasTool('genisoimage'))(
    'are taken over from genisoimage, which gives all the same',
    async () => {
      const path = `${scratch.path}/theirs.iso`;
      execFileSync('genisoimage', ['-quiet', '-R', '-udf', '-o', path, `${scratch.path}/tree`]);
      const reader = bytesAsBlocks(readFileSync(path));
      const base = await readBase(reader, { start: 0 });
      expect(base.view).toBe('rock-ridge');
      const flags = base.entries.map(({ udfFlags }) => udfFlags);
      expect(new Set(flags.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(flags[0]).toEqual({ archive: true, nonRelocatable: true });
      expect(await readBase(reader, { start: 0, view: 'iso9660' })).toMatchObject({ leftOut: [] });
    },
  );
});
