import { mkdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type ErrorCode, isSpindleError } from '../../../src/errors.js';
import {
  compareDigests,
  DigestAccumulator,
  type Digests,
  loadDigests,
  storeDigests,
} from '../../../src/image/digests.js';
import { type Part, type Root, unitBytes } from '../../../src/image/image.js';
import { type ImageFile, openImageFile } from '../../../src/image/image-file.js';
import { writeImageFile } from '../../../src/image/image-file-writer.js';
import { ImageReader } from '../../../src/image/image-reader.js';
import { openSpool } from '../../../src/image/spool.js';
import { writeSpool } from '../../../src/image/spool-writer.js';
import { isoBytes, masterFolder } from '../../support/mastering.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const codeOf = (act: () => unknown): ErrorCode | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (isSpindleError(error)) return error.code;
    throw error;
  }
};

let folder: string;
let path: string;
let roots: Root[];
let image: ImageFile;

beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(`${folder}/tree/sub`, { recursive: true });
  mkdirSync(`${folder}/out`);
  writeFileSync(`${folder}/tree/first`, Buffer.alloc(5000, '1'));
  writeFileSync(Buffer.from(`${folder}/tree/raw-\xff`, 'latin1'), 'raw');
  writeFileSync(`${folder}/tree/sub/больше`, Buffer.alloc(1_500_000, 'b'));
  writeFileSync(`${folder}/tree/zero`, '');
  path = `${folder}/out/tree.image`;
  roots = [{ name: 'tree', path: `${folder}/tree` }];
  writeImageFile(path, masterFolder(`${folder}/tree`).contents);
  image = openImageFile(path);
});

afterEach(() => {
  image.close();
});

/** All bytes of part 0, read in pieces of `size` bytes. */
const readAll = (size: number): Buffer => {
  const reader = new ImageReader(image, roots);
  const bytes = Buffer.alloc(image.summary.bytes);
  for (let at = 0; at < bytes.length; at += size) reader.read(0, at, bytes.subarray(at, at + size));
  reader.finish();
  return bytes;
};

const digestsOf = (bytes: Uint8Array): Digests => {
  const digests = new DigestAccumulator(image.summary.parts);
  digests.update(bytes);
  return digests.finish();
};

describe('An image file', () => {
  it('says what it holds', () => {
    expect(image.summary).toEqual({ ...masterFolder(`${folder}/tree`).contents.summary });
    expect(image.summary).toMatchObject({
      volumeIdentifier: 'Test volume',
      files: 4,
      directories: 2,
      smallFiles: 2,
    });
  });

  it('names the files at addresses, also those whose names are no UTF-8', () => {
    const rows = image.layout(0, { offset: 0, limit: 10 });
    expect(rows.map((row) => row.path)).toEqual(['', '/first', '/raw-\udcff', '/sub/больше']);
    const [metadata, first] = rows;
    expect(metadata).toMatchObject({ address: 0 });
    expect(image.fileAt(0, first?.address ?? 0)).toBe('/first');
    expect(image.fileAt(0, (first?.address ?? 0) + 4999)).toBe('/first');
    expect(image.fileAt(0, (first?.address ?? 0) + 5000)).toBeUndefined();
    expect(image.fileAt(0, 32_768)).toBeUndefined();
    expect(image.layout(0, { offset: 3, limit: 10 })).toHaveLength(1);
    expect(image.filesIn(0, { address: 0, length: image.summary.bytes, limit: 2 })).toEqual([
      '/first',
      '/raw-\udcff',
    ]);
  });

  it('lists changed names page by page', () => {
    const all = image.nameChanges({ offset: 0, limit: 100 });
    expect(all).toHaveLength(image.nameChangeCount);
    expect(all).toContainEqual({ path: '/raw-\udcff', fileSystem: 'joliet', recordedAs: 'raw-_' });
    expect(image.nameChanges({ offset: image.nameChangeCount - 1, limit: 5 })).toEqual(all.slice(-1));
  });

  it.each([
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['is empty', () => Buffer.alloc(0)],
    ['is something else', () => Buffer.alloc(10_000, 'x')],
    ['is of a newer version', (bytes: Buffer) => Buffer.from(bytes.fill(2, 12, 13))],
    ['has a damaged header', (bytes: Buffer) => Buffer.from(bytes.fill(9, 144, 145))],
    ['has a damaged part', (bytes: Buffer) => Buffer.from(bytes.fill(9, 304, 305))],
  ])('is refused when it %s', (_what, change) => {
    writeFileSync(path, change(readFileSync(path)));
    expect(codeOf(() => openImageFile(path))).toBe('image-invalid');
  });

  it('is refused when there is none', () => {
    expect(codeOf(() => openImageFile(`${folder}/none`))).toBe('image-invalid');
  });
});

describe('Reading an image', () => {
  it('gives the bytes that mastering to a stream gives, in pieces of any size', async () => {
    const stream = await isoBytes(`${folder}/tree`);
    expect(readAll(1024 * 1024).equals(stream)).toBe(true);
    expect(readAll(2048).equals(stream)).toBe(true);
    expect(readAll(70_001).equals(stream)).toBe(true);
  });

  it('gives the same bytes at random', () => {
    const all = readAll(1024 * 1024);
    const reader = new ImageReader(image, roots);
    for (const at of [1_000_000, 0, image.summary.bytes - 2048, 60_000, 59_000]) {
      const piece = Buffer.alloc(2048);
      reader.read(0, at, piece);
      expect(piece.equals(all.subarray(at, at + 2048))).toBe(true);
    }
    reader.close();
    expect(() => {
      reader.read(0, image.summary.bytes - 1, Buffer.alloc(2));
    }).toThrow(RangeError);
  });

  it.each([
    [
      'is longer',
      'source-changed',
      (source: string) => {
        writeFileSync(source, Buffer.alloc(5001, '1'));
      },
    ],
    [
      'is shorter',
      'source-changed',
      (source: string) => {
        truncateSync(source, 100);
      },
    ],
    [
      'was touched',
      'source-changed',
      (source: string) => {
        utimesSync(source, 1, 1);
      },
    ],
    [
      'was replaced',
      'source-changed',
      (source: string) => {
        rmSync(source);
        writeFileSync(source, Buffer.alloc(5000, '1'));
      },
    ],
    [
      'is gone',
      'source-missing',
      (source: string) => {
        rmSync(source);
      },
    ],
  ] as const)('fails with the path when a source %s', (_what, code, change) => {
    change(`${folder}/tree/first`);
    expect(codeOf(() => readAll(2048))).toBe(code);
    expect(() => readAll(2048)).toThrow(/first/);
  });

  it('fails when a source changes while it is being read', () => {
    const reader = new ImageReader(image, roots);
    const [, , , large] = image.layout(0, { offset: 0, limit: 4 });
    reader.read(0, large?.address ?? 0, Buffer.alloc(1000));
    utimesSync(`${folder}/tree/sub/больше`, 1, 1);
    expect(
      codeOf(() => {
        reader.read(0, (large?.address ?? 0) + 1000, Buffer.alloc(1_499_000));
      }),
    ).toBe('source-changed');
    reader.close();
  });

  it('fails for a root that nobody gave', () => {
    roots = [];
    expect(codeOf(() => readAll(2048))).toBe('root-unknown');
  });
});

describe('Digests', () => {
  it('are fixed by the first stream; the same later stream is accepted', () => {
    expect(loadDigests(image)).toBeUndefined();
    storeDigests(image, digestsOf(readAll(2048)));
    storeDigests(image, digestsOf(readAll(4096)));
    const kept = loadDigests(image);
    expect(kept?.count).toBe(2);
    expect(kept?.firstDifference(digestsOf(readAll(4096)))).toBeUndefined();
  });

  it('refuse another stream, naming the mebibyte and its files', () => {
    const bytes = readAll(2048);
    storeDigests(image, digestsOf(bytes));
    bytes[1_200_000] = 0;
    const later = digestsOf(bytes);
    expect(() => {
      storeDigests(image, later);
    }).toThrow('Mebibyte 1 of part 1 differs from what was sent first: /sub/больше.');
    expect(
      codeOf(() => {
        compareDigests(image, digestsOf(readAll(2048)), later);
      }),
    ).toBe('image-digest-mismatch');
  });

  it('do not depend on the pieces in which the bytes come', () => {
    const bytes = readAll(2048);
    const digests = new DigestAccumulator(image.summary.parts);
    for (let at = 0; at < bytes.length; at += 77_777) digests.update(bytes.subarray(at, at + 77_777));
    expect(digests.done).toBe(Math.ceil(bytes.length / 2 ** 20));
    expect(digests.finish().firstDifference(digestsOf(bytes))).toBeUndefined();
    expect(() => {
      digests.update(Buffer.alloc(1));
    }).toThrow(RangeError);
  });

  it('begin anew with every part', () => {
    const part = (length: number): Part => ({
      session: 1,
      track: 1,
      unit: { mainBytes: 2352, subchannelBytes: 96 },
      start: 0,
      length,
    });
    const parts = [part(500), part(1)];
    const digests = new DigestAccumulator(parts);
    digests.update(new Uint8Array(501 * unitBytes(part(1).unit)));
    const finished = digests.finish();
    expect(finished.count).toBe(3);
    expect(finished.placeOf(1)).toEqual({
      part: 0,
      mebibyte: 1,
      address: 2 ** 20,
      length: 500 * 2448 - 2 ** 20,
    });
    expect(finished.placeOf(2)).toEqual({ part: 1, mebibyte: 0, address: 0, length: 2448 });
  });

  it('are refused when their file is damaged', () => {
    storeDigests(image, digestsOf(readAll(2048)));
    const kept = readFileSync(`${path}.sha256`);
    kept.writeUInt8(kept.readUInt8(kept.length - 1) ^ 1, kept.length - 1);
    writeFileSync(`${path}.sha256`, kept);
    expect(codeOf(() => loadDigests(image))).toBe('image-invalid');
  });
});

describe('A spool', () => {
  it('holds every byte, so that the sources are needed no more', () => {
    const all = readAll(2048);
    expect(openSpool(image)).toBeUndefined();
    const digests = writeSpool(image, { roots, onBytes: () => undefined });
    expect(digests.firstDifference(digestsOf(all))).toBeUndefined();
    rmSync(`${folder}/tree/first`);
    const spool = openSpool(image);
    const reader = new ImageReader(image, [], spool);
    const bytes = Buffer.alloc(all.length);
    reader.read(0, 0, bytes);
    reader.finish();
    spool?.close();
    expect(bytes.equals(all)).toBe(true);
  });

  it('is not there when a source fails', () => {
    rmSync(`${folder}/tree/first`);
    expect(codeOf(() => writeSpool(image, { roots, onBytes: () => undefined }))).toBe('source-missing');
    expect(openSpool(image)).toBeUndefined();
  });
});
