import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bootRequest } from '../../../../src/image/boot-request.js';
import { readBase } from '../../../../src/image/import/base.js';
import { validate } from '../../../../src/image/import/validate.js';
import type { TreeRequest } from '../../../../src/image/master-request.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { growImage } from '../../../support/grow-image.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';

/** What is new beside what was there: neither may keep a user from the other, and nothing goes without a word. */
const BLOCK = 2048;

const scratch = scratchFolder('grown-over');
afterAll(scratch.remove);

beforeAll(() => {
  mkdirSync(`${scratch.path}/tree/folder`, { recursive: true });
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/tree/victim`, 'what must not get lost');
  writeFileSync(`${scratch.path}/tree/folder/inside`, 'inside');
  writeFileSync(`${scratch.path}/more/new`, 'new');
});

/** The image after it has grown by the second folder. */
const grown = async (bytes: Buffer, differences: Partial<TreeRequest> = {}): Promise<Buffer> => {
  const path = `${scratch.path}/image.iso`;
  writeFileSync(path, bytes);
  await growImage(path, `${scratch.path}/more`, aTreeRequest(differences));
  return readFileSync(path);
};

const namesIn = async (bytes: Buffer): Promise<string[]> => {
  const { entries } = await readBase(bytesAsBlocks(bytes), { start: 0 });
  return entries
    .slice(1)
    .map(({ name }) => name)
    .sort();
};

describe('A name that is a directory on one side and a file on the other', () => {
  const NEW_FILE = [{ at: '/folder', root: 'tree', path: 'new' }];
  const NEW_DIRECTORY = [{ at: '/victim', root: 'tree', path: '' }];

  it.each([
    ['/folder', NEW_FILE, 'is a directory in the session that is continued, and a file now'],
    ['/victim', NEW_DIRECTORY, 'is a file in the session that is continued, and a directory now'],
  ])('is refused, so that %s does not go with all that it holds', async (pointer, sources, message) => {
    const bytes = await isoBytes(`${scratch.path}/tree`);
    for (const agreed of [{}, { skipUnsupported: true }])
      await expect(grown(bytes, { sources, ...agreed })).rejects.toMatchObject({
        code: 'name-collision',
        message: expect.stringContaining(pointer) as string,
        errors: [{ pointer, message }],
      });
  });

  it('is what is new where the old one is removed', async () => {
    const bytes = await isoBytes(`${scratch.path}/tree`);
    expect(await namesIn(await grown(bytes, { sources: NEW_FILE, remove: ['/folder'] }))).toEqual([
      'folder',
      'victim',
    ]);
    expect(await namesIn(await grown(bytes, { sources: NEW_DIRECTORY, remove: ['/victim'] }))).toEqual([
      'folder',
      'inside',
      'new',
      'victim',
    ]);
  });
});

describe('A file that is sparse by Rock Ridge', () => {
  /** RRIP 1.12 4.1.7: the file would have 1 GiB, by tables one deep; PD (SUSP 1.12 5.2) fills what PX took. */
  const SPARSE = '5346 15 01 0000000000000000 0000004040000000 01'.replaceAll(' ', '');
  const PADDING = `5044 17 01 ${'00'.repeat(19)}`.replaceAll(' ', '');
  const sparse = async (): Promise<Buffer> => {
    const bytes = await isoBytes(`${scratch.path}/tree`, aTreeRequest({ joliet: false }));
    const attributes = bytes.indexOf('PX', bytes.indexOf('VICTIM.;1'));
    expect(bytes[attributes + 2]).toBe((SPARSE + PADDING).length / 2);
    bytes.write(SPARSE + PADDING, attributes, 'hex');
    return bytes;
  };

  it('is told by the validator, and refused by whoever goes on with the volume', async () => {
    const { findings, valid } = await validate(bytesAsBlocks(await sparse()));
    expect({ valid, findings }).toMatchObject({
      valid: true,
      findings: [{ code: 'file-sparse', path: '/victim' }],
    });
    await expect(grown(await sparse())).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/victim', message: expect.stringContaining('SF') as string }],
    });
  });

  it('is left out where the client agrees', async () => {
    expect(await namesIn(await grown(await sparse(), { skipOfSession: true }))).toEqual([
      'folder',
      'inside',
      'new',
    ]);
  });
});

describe('A volume that is wrong about how it boots', () => {
  const booting = `${scratch.path}/booting`;
  const bootable = (): Promise<Buffer> => {
    mkdirSync(booting, { recursive: true });
    writeFileSync(`${booting}/loader`, Buffer.alloc(5000, 5));
    const boot = bootRequest.parse({ entries: [{ image: { at: '/loader' }, bootInfoTable: true }] });
    return isoBytes(booting, aTreeRequest({ boot }));
  };
  /** El Torito 1.0 §2.0: bytes 71 to 74 of the boot record name the catalog, whose first image bytes 8 to 11 of its second entry do. */
  const catalogOf = (bytes: Buffer): number => bytes.readUInt32LE(17 * BLOCK + 71);
  const loaderOf = (bytes: Buffer): number => bytes.readUInt32LE(catalogOf(bytes) * BLOCK + 32 + 8);

  it.each([
    ['boot-info-table-wrong', (bytes: Buffer) => loaderOf(bytes) * BLOCK + 100],
    ['boot-catalog-wrong', (bytes: Buffer) => catalogOf(bytes) * BLOCK + 5],
  ] as const)('is invalid for %s, and grows with all its files and its catalog', async (code, at) => {
    const bytes = await bootable();
    bytes[at(bytes)]! ^= 1;
    const { findings } = await validate(bytesAsBlocks(bytes));
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    const after = await grown(bytes);
    expect(catalogOf(after)).toBe(catalogOf(bytes));
    expect(await namesIn(after)).toEqual(['loader', 'new']);
  });
});
