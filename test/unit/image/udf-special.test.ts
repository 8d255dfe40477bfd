/** What no other program reads is read here by a decoder that shares nothing with src/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { readBase } from '../../../src/image/import/base.js';
import { validate } from '../../../src/image/import/validate.js';
import { treeRequest } from '../../../src/image/master-request.js';
import { bytesAsBlocks } from '../../support/bytes-as-blocks.js';
import { hasTool } from '../../support/has-tool.js';
import { readUdf } from '../../support/udf-reader.js';
import { aTreeRequest, isoBytes, masterFolder } from '../../support/mastering.js';
import {
  codeOf,
  fileIn as file,
  folderWith,
  udfOnly as request,
  volumeOf,
} from '../../support/udf-volumes.js';
import { attach } from '../../support/user-attributes.js';

describe('Named streams', () => {
  it.skipIf(!hasTool('python3')).each(['2.00', '2.01', '2.50', '2.60'])(
    'hold what users attached to files and directories, in UDF %s',
    async (revision) => {
      const folder = folderWith({ plain: 'p', 'with/streams': 'content' });
      attach(`${folder}/with/streams`, { author: 'somebody', long: 'l'.repeat(3000) });
      attach(`${folder}/with`, { note: 'of a directory' });
      const { files, integrity } = await volumeOf(folder, request({ revision, extendedAttributes: true }));
      const streams = (path: string): string[] =>
        file(files, path).streams.map((stream) => `${stream.path}=${stream.content.toString()}`);
      expect(streams('/with/streams').sort()).toEqual([
        '/with/streams:author=somebody',
        `/with/streams:long=${'l'.repeat(3000)}`,
      ]);
      expect(streams('/with')).toEqual(['/with:note=of a directory']);
      expect(streams('/plain')).toEqual([]);
      // OSTA UDF 2.2.6.4: streams are not counted.
      expect(integrity).toMatchObject({ files: 2, directories: 2 });
    },
  );

  it('hold files that the request names', async () => {
    const folder = folderWith({ 'disc/song': 'la', 'aside/cover': 'c'.repeat(5000) });
    const sources = [{ at: '/', root: 'tree', path: 'disc' }];
    const streams = [{ of: '/song', name: 'cover', root: 'tree', path: 'aside/cover' }];
    for (const iso9660 of [true, false]) {
      const { files } = await volumeOf(folder, request({ revision: '2.01', streams }, { sources, iso9660 }));
      const [stream] = file(files, '/song').streams;
      expect(stream).toMatchObject({ path: '/song:cover', size: 5000 });
      expect(stream?.content.toString()).toBe('c'.repeat(5000));
    }
  });

  // OSTA UDF 2.3.4.4: 254 bytes behind the compression id; one wide character makes all of them two bytes long.
  it.skipIf(!hasTool('python3'))(
    'get names that UDF can hold, unlike each other, and the change is told',
    async () => {
      const folder = folderWith({ 'with/streams': 'content' });
      const long = 'a'.repeat(200);
      attach(`${folder}/with/streams`, { [`${long}Ж`]: '1', [`${long}Я`]: '2', short: '3' });
      const asked = request({ revision: '2.01', extendedAttributes: true });
      const { files } = await volumeOf(folder, asked);
      const names = file(files, '/with/streams').streams.map(({ path }) => path);
      expect(names.sort()).toEqual([
        `/with/streams:${long}`,
        `/with/streams:${long}~1`,
        '/with/streams:short',
      ]);
      const changes = [...masterFolder(folder, asked).warnings()].filter(
        ({ fileSystem }) => fileSystem === 'udf',
      );
      expect(changes.map(({ path }) => path).sort()).toEqual([
        `/with/streams:${long}Ж`,
        `/with/streams:${long}Я`,
      ]);
      expect(changes.map(({ recordedAs }) => `/with/${recordedAs}`).sort()).toEqual(names.slice(0, 2).sort());
      expect(codeOf(() => masterFolder(folder, { ...asked, strictNames: true }))).toBe('names-mangled');
    },
  );

  it.skipIf(!hasTool('python3'))('are named in ASCII where that is wanted, unlike each other', async () => {
    const folder = folderWith({ süß: 'content' });
    attach(`${folder}/süß`, { Ж: '1', Я: '2', short: '3' });
    const asked = { ...request({ revision: '2.01', extendedAttributes: true }), asciiNames: true };
    const { files } = await volumeOf(folder, asked);
    const names = file(files, '/s__').streams.map(({ path }) => path);
    expect(names.sort()).toEqual(['/s__:_', '/s__:_~1', '/s__:short']);
    const changes = [...masterFolder(folder, asked).warnings()].map(({ path }) => path);
    expect(changes.sort()).toEqual(['/süß', '/süß:Ж', '/süß:Я'].sort());
  });

  it('have one name each, of a file that is there', () => {
    const stream = { of: '/a', name: 'n', root: 'tree', path: 'b' };
    const errorsOf = (...streams: object[]): string[] =>
      treeRequest.shape.udf.safeParse({ revision: '2.01', streams }).error?.issues.map(({ code }) => code) ??
      [];
    expect(errorsOf(stream, { ...stream, name: 'm' })).toEqual([]);
    expect(errorsOf(stream, { ...stream, path: 'a' })).not.toEqual([]);
    for (const wrong of [
      { path: 'x/../y\0' },
      { name: 'a/b' },
      { name: 'a\0' },
      { name: '\ud800' },
      { of: '/../a' },
    ])
      expect(errorsOf({ ...stream, ...wrong }), JSON.stringify(wrong)).not.toEqual([]);
  });

  it.skipIf(!hasTool('python3'))('are refused where users attached something of their name', () => {
    const folder = folderWith({ a: '', b: '' });
    attach(`${folder}/a`, { n: 'attached' });
    const streams = [{ of: '/a', name: 'n', root: 'tree', path: 'b' }];
    const asked = request({ revision: '2.01', extendedAttributes: true, streams });
    expect(codeOf(() => masterFolder(folder, asked))).toBe('name-collision');
  });

  it('are refused where the revision has none', () => {
    const folder = folderWith({ a: '' });
    expect(codeOf(() => masterFolder(folder, request({ revision: '1.50', extendedAttributes: true })))).toBe(
      'invalid-request',
    );
  });
});

describe('Real-time files', () => {
  it('are those that the request names, or lie beneath, and never within their entries', async () => {
    const folder = folderWith({ 'stream/a.m2ts': 'a', 'stream/b.m2ts': 'b', index: 'i' });
    const { files } = await volumeOf(folder, request({ revision: '2.50', realTimeFiles: ['/stream'] }));
    const types = files
      .filter(({ type }) => type !== 4)
      .map(({ path, type, embedded }) => [path, type, embedded]);
    expect(types.sort()).toEqual([
      ['/index', 5, true],
      ['/stream/a.m2ts', 249, false],
      ['/stream/b.m2ts', 249, false],
    ]);
  });

  it('are refused before UDF 2.01, and where there is no such file', () => {
    const folder = folderWith({ a: '' });
    const asked = (revision: string, path: string) => () =>
      masterFolder(folder, request({ revision, realTimeFiles: [path] }));
    expect([codeOf(asked('2.00', '/a')), codeOf(asked('2.01', '/b'))]).toEqual([
      'invalid-request',
      'invalid-request',
    ]);
  });
});

describe('A partition', () => {
  const folder = (): string => folderWith({ small: 's', large: 'l'.repeat(10_000), 'directory/x': 'x' });

  it.each([
    ['1.02', 'read-only', 1, ['physical']],
    ['1.50', 'write-once', 2, ['physical', '*UDF Virtual Partition']],
    ['2.01', 'rewritable', 3, ['physical']],
    ['2.01', 'overwritable', 4, ['physical']],
    ['2.50', 'read-only', 1, ['physical', '*UDF Metadata Partition']],
    ['2.50', 'write-once', 2, ['physical', '*UDF Virtual Partition']],
    ['2.50', 'rewritable', 3, ['physical']],
    ['2.50', 'overwritable', 4, ['physical', '*UDF Metadata Partition']],
    ['2.60', 'pseudo-overwrite', 0, ['physical', '*UDF Metadata Partition']],
  ])(
    'of UDF %s that is %s is seen through the maps of its kind',
    async (revision, access, accessType, maps) => {
      const volume = await volumeOf(folder(), request({ revision, access }));
      expect(volume).toMatchObject({ accessType, maps });
      expect(file(volume.files, '/large').content.toString()).toBe('l'.repeat(10_000));
    },
  );

  it.each(['rewritable', 'overwritable'])(
    'that is %s says which blocks are free, and how many',
    async (access) => {
      for (const revision of ['1.02', '2.50']) {
        const {
          free = [],
          integrity,
          partition,
        } = await volumeOf(folder(), request({ revision, access, freeBlocks: 77 }));
        const asked = Array.from({ length: 77 }, (_, index) => partition.length - 77 + index);
        expect(free.slice(-77)).toEqual(asked);
        // Before metadata, which begin at multiples of 32 blocks, there are some in which nothing is.
        expect(free.length).toBeGreaterThanOrEqual(
          revision === '2.50' && access === 'overwritable' ? 78 : 77,
        );
        expect(integrity.free[0]).toBe(free.length);
        expect(integrity.sizes[0]).toBe(partition.length);
      }
    },
  );

  it('that is read only has neither a bitmap nor free blocks', async () => {
    const { free, integrity } = await volumeOf(folder(), request({ revision: '2.50' }));
    expect([free, integrity.free]).toEqual([undefined, [0, 0]]);
  });

  it.each(['1.50', '2.00', '2.01', '2.50', '2.60'])(
    'of UDF %s that is written once has names of every length, and no tag crosses a block from 2.00 on',
    async (revision) => {
      const names = Array.from({ length: 300 }, (_, index) => `${'n'.repeat(index % 90)}${index}`);
      const folder = folderWith(Object.fromEntries(names.map((name) => [name, ''])));
      const { files } = await volumeOf(folder, request({ revision, access: 'write-once' }));
      expect(files.map(({ path }) => path.slice(1)).sort()).toEqual(['', ...names].sort());
    },
  );

  it('that is written once stays open, and ends with its table at the end of an ECC block', async () => {
    const bytes = await isoBytes(folder(), request({ revision: '2.01', access: 'write-once' }));
    const { integrity, partition } = readUdf(bytes);
    // OSTA UDF 2.00 2.2.6.2: a number for what is not virtual; all behind the table is free.
    const free = partition.start + partition.length - bytes.length / 2048;
    expect(integrity).toMatchObject({ closed: false, free: [free, 0xffff_ffff] });
    expect((bytes.length / 2048) % 32).toBe(0);
    expect(bytes.readUInt16LE(bytes.length - 2048)).toBe(266);
  });

  it.each([
    ['1.02', 'write-once'],
    ['2.50', 'pseudo-overwrite'],
  ])('of UDF %s cannot be %s', (revision, access) => {
    expect(codeOf(() => masterFolder(folder(), request({ revision, access })))).toBe('invalid-request');
  });

  it.each([
    ['1.50', 'rewritable', ['*UDF Sparable Partition']],
    ['2.01', 'overwritable', ['*UDF Sparable Partition']],
    ['2.50', 'overwritable', ['*UDF Sparable Partition', '*UDF Metadata Partition']],
  ])('of UDF %s that is sparable is %s', async (revision, access, maps) => {
    const asked = request({ revision, access, sparing: true, freeBlocks: 77 });
    const bytes = await isoBytes(folder(), asked);
    const { free = [], integrity, partition, files, ...volume } = readUdf(bytes);
    expect(volume).toMatchObject({ maps });
    expect(file(files, '/large').content.toString()).toBe('l'.repeat(10_000));
    // What fills the last packet is free as well.
    expect(free.length).toBeGreaterThanOrEqual(77);
    expect(integrity.free[0]).toBe(free.length);
    expect(partition.length % 32).toBe(0);
    expect(await validate(bytesAsBlocks(bytes))).toMatchObject({ valid: true, findings: [] });
  });

  it('that is sparable is read through its table where a packet was moved', async () => {
    const asked = request({ revision: '2.01', access: 'rewritable', sparing: true });
    // So large that what tells of free space lies in another packet.
    const moved = folderWith({ small: 's', large: 'l'.repeat(200_000), 'directory/x': 'x' });
    const bytes = await isoBytes(moved, asked);
    const packetBytes = 32 * 2048;
    // The first table is in block 288, the partition begins with the next packet; its first entry names the first spare packet.
    const table = 288 * 2048;
    const first = 320 * 2048;
    const spare = bytes.readUInt32LE(table + 60) * 2048;
    bytes.copy(bytes, spare, first, first + packetBytes);
    bytes.fill(0, first, first + packetBytes);
    const second = bytes.lastIndexOf('*UDF Sparing Table') - 17;
    for (const at of [table, second]) bytes.writeUInt32LE(0, at + 56);
    expect(file(readUdf(bytes).files, '/small').content.toString()).toBe('s');
    const { entries } = await readBase(bytesAsBlocks(bytes), { start: 0 });
    expect(entries.map(({ name }) => name).sort()).toEqual(['', 'directory', 'large', 'small', 'x']);
  });

  it.each([
    ['1.02', 'rewritable'],
    ['2.01', 'read-only'],
    ['2.01', 'write-once'],
  ])('of UDF %s that is %s is not sparable', (revision, access) => {
    expect(codeOf(() => masterFolder(folder(), request({ revision, access, sparing: true })))).toBe(
      'invalid-request',
    );
  });

  it('in which nothing can be written has no free blocks', () => {
    expect(codeOf(() => masterFolder(folder(), request({ freeBlocks: 1 })))).toBe('invalid-request');
  });
});

describe('Names in UDF', () => {
  it('have 254 characters of a byte or 127 of two, and those that are cut alike differ', async () => {
    const names = [`${'n'.repeat(251)}.txt`, 'é'.repeat(127), `${'m'.repeat(252)}ax`, `${'m'.repeat(252)}ay`];
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, name])));
    const mastered = masterFolder(folder, request({}));
    const changed = [...mastered.contents.nameChanges.items].map(({ path, fileSystem, recordedAs }) => {
      expect(fileSystem).toBe('udf');
      return [path.slice(1, 4), recordedAs.length];
    });
    expect(changed).toEqual([['nnn', 254]]);
    const { files } = await volumeOf(folder, request({}));
    expect(files).toHaveLength(5);
  });

  it('that would have to change are refused where the request is strict', () => {
    const folder = folderWith({ [`${'n'.repeat(251)}.txt`]: '' });
    expect(codeOf(() => masterFolder(folder, request({}, { strictNames: true })))).toBe('names-mangled');
    expect(
      codeOf(() => masterFolder(folderWith({ 'a*b?c:d.': '' }), request({}, { strictNames: true }))),
    ).toBe('nothing was refused');
  });
});

describe('A volume', () => {
  it('needs one file system', () => {
    expect(codeOf(() => masterFolder(folderWith({ a: '' }), aTreeRequest({ iso9660: false })))).toBe(
      'invalid-request',
    );
  });

  it('has files embedded as they were scanned, or is not made', async () => {
    const folder = folderWith({ a: 'before' });
    const mastered = masterFolder(folder, request({}));
    writeFileSync(`${folder}/a`, 'after it was scanned');
    expect(codeOf(() => mastered.contents.metadata.runs.map(({ items }) => [...items()]))).toBe(
      'source-changed',
    );
    expect(file((await volumeOf(folder, request({}))).files, '/a').content.toString()).toBe(
      'after it was scanned',
    );
    expect(readFileSync(`${folder}/a`, 'utf8')).toBe('after it was scanned');
  });
});
