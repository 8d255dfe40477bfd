/** What entries of UDF can say of files, read by a decoder that shares nothing with src/. */
import { execFileSync } from 'node:child_process';
import { lstatSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { numberInodes } from '../../../src/image/inodes.js';
import type { TreeRequest } from '../../../src/image/master-request.js';
import { ROOT, Tree } from '../../../src/image/tree.js';
import { udfOptions } from '../../../src/image/udf-options.js';
import { nameUdfTree, UdfTree } from '../../../src/image/udf-tree.js';
import { checkDirectoryBytes, checkLinks } from '../../../src/image/volume-limits.js';
import { hasTool } from '../../support/has-tool.js';
import { aTreeRequest, isoBytes } from '../../support/mastering.js';
import {
  codeOf,
  fileIn as file,
  folderWith,
  udfOnly as request,
  volumeOf,
} from '../../support/udf-volumes.js';

describe('The name of a volume', () => {
  it('is cut where it stands behind what no other volume has', async () => {
    const name = 'Ж'.repeat(63);
    const asked = request({ revision: '2.01', access: 'write-once' }, { volumeNames: { udf: name } });
    const { logicalVolumeIdentifier, volumeSetIdentifier } = await volumeOf(folderWith({ a: '' }), asked);
    expect(logicalVolumeIdentifier).toBe(name);
    // ECMA-167 1/7.2.12: 128 bytes are a compression id, 63 units and their length.
    expect(volumeSetIdentifier).toMatch(/^[0-9a-f]{16}Ж{47}$/);
  });
});

describe('Times that a client says', () => {
  const said = {
    do: 'set',
    at: '/a',
    accessedAt: '2003-03-03T03:03:03Z',
    createdAt: '2001-01-01T01:01:01Z',
    modifiedAt: '2002-02-02T02:02:02Z',
  } as const;
  const all = { do: 'add', at: '/', root: 'tree', path: '', include: [], exclude: [] } as const;
  const asked: Partial<TreeRequest> = { sources: [], edits: [{ ...all, include: [], exclude: [] }, said] };

  it.each(['1.02', '2.01'])('are those of UDF %s', async (revision) => {
    const folder = folderWith({ a: '', b: '' });
    const { files } = await volumeOf(folder, request({ revision }, asked));
    const microseconds = (time: string): bigint => BigInt(Date.parse(time)) * 1000n;
    expect(file(files, '/a')).toMatchObject({
      accessed: microseconds(said.accessedAt),
      created: microseconds(said.createdAt),
      modified: microseconds(said.modifiedAt),
    });
    const { accessed, modified } = file(files, '/b');
    expect(accessed).toBe(modified);
  });

  // RRIP 1.12 4.1.6: creation, modification and access, and of the other file the modification alone.
  it('are those of Rock Ridge', async () => {
    const bytes = await isoBytes(folderWith({ a: '', b: '' }), aTreeRequest({ ...asked, joliet: false }));
    const stamps = (...times: string[]): string =>
      times
        .map((time) => new Date(time))
        .map((time) => [
          time.getUTCFullYear() - 1900,
          time.getUTCMonth() + 1,
          time.getUTCDate(),
          time.getUTCHours(),
          time.getUTCMinutes(),
          time.getUTCSeconds(),
          0,
        ])
        .map((fields) => Buffer.from(fields).toString('latin1'))
        .join('');
    const text = bytes.toString('latin1');
    expect(text).toContain(`TF\x1a\x01\x07${stamps(said.createdAt, said.modifiedAt, said.accessedAt)}`);
    expect(text.split('TF\x0c\x01\x02').length - 1).toBe(3);
  });
});

describe('All times of a source', () => {
  const posix = { ...aTreeRequest().posix, times: 'all' as const };
  /** A copy that has kept its time: it was created, and looked at, later than it was modified. */
  const copied = () => {
    const folder = folderWith({ copy: 'a copy', 'in/it': '' });
    utimesSync(`${folder}/copy`, new Date('2019-09-09T09:09:09Z'), new Date('2009-09-09T09:09:09Z'));
    const { atimeNs, birthtimeNs, ctimeNs, mtimeNs } = lstatSync(`${folder}/copy`, { bigint: true });
    const told = { accessed: atimeNs, created: birthtimeNs, changed: ctimeNs, modified: mtimeNs };
    const microseconds = Object.entries(told).map(([name, ns]) => [name, ns / 1000n]);
    return { folder, told: Object.fromEntries(microseconds) as Record<keyof typeof told, bigint> };
  };

  it.each(['1.02', '2.50'])('are those of UDF %s where they are asked for', async (revision) => {
    const { folder, told } = copied();
    const { files } = await volumeOf(folder, request({ revision }, { posix }));
    const { accessed, created, modified } = file(files, '/copy');
    expect({ accessed, created, modified }).toEqual({
      accessed: told.accessed,
      created: told.created,
      modified: told.modified,
    });
  });

  it('are the modification where nobody asks', async () => {
    const { folder, told } = copied();
    const { files } = await volumeOf(folder, request({ revision: '2.50' }));
    expect(file(files, '/copy')).toMatchObject({ accessed: told.modified, created: told.modified });
  });

  it.skipIf(!hasTool('7z'))('are read by 7z', async () => {
    const { folder, told } = copied();
    const image = `${folder}.udf`;
    writeFileSync(image, await isoBytes(folder, request({ revision: '2.50' }, { posix })));
    const listed = execFileSync('7z', ['l', '-slt', '-tudf', image], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    const about = listed.split('\n\n').find((lines) => lines.includes('Path = copy\n')) ?? '';
    const spelled = (microseconds: bigint): string =>
      new Date(Number(microseconds / 1000n)).toISOString().slice(0, 19).replace('T', ' ') +
      `.${String(microseconds % 1_000_000n).padStart(6, '0')}`;
    expect(about).toContain(`Created = ${spelled(told.created)}`);
    expect(about).toContain(`Accessed = ${spelled(told.accessed)}`);
    expect(about).toContain(`Metadata Changed = ${spelled(told.changed)}`);
  });
});

// ECMA-167 4/14.9.6: 16 bits. A directory counts itself and each subdirectory.
describe('More links than an entry of UDF counts', () => {
  const withSubdirectories = (count: number): (() => void) => {
    const tree = new Tree(0n);
    for (let index = 0; index < count; index++) tree.adopt(tree.addDirectory(ROOT, String(index)));
    const options = udfOptions(request({ revision: '2.01' }));
    if (!options) throw new Error('no UDF');
    const hierarchy = nameUdfTree(tree, options);
    const inodes = numberInodes(tree, hierarchy.directories);
    return () => {
      checkLinks(new UdfTree({ tree, options, inodes, hierarchy }));
    };
  };

  it('are refused', () => {
    expect(codeOf(withSubdirectories(65_534))).toBe('nothing was refused');
    expect(codeOf(withSubdirectories(65_535))).toBe('image-too-large');
  });
});

describe('A directory of UDF with more names than are read again', () => {
  const directoryOf = (bytes: number): (() => void) => {
    const tree = new Tree(0n);
    return () => {
      checkDirectoryBytes({ tree, directories: [ROOT], directoryBytes: () => bytes });
    };
  };

  it('is refused', () => {
    expect(codeOf(directoryOf(512 * 1024 * 1024))).toBe('nothing was refused');
    expect(codeOf(directoryOf(512 * 1024 * 1024 + 1))).toBe('image-too-large');
  });
});

// What 64 bits of nanoseconds hold ends in 2262; UDF has the years up to 9999 (ECMA-167 1/7.3.2), Rock Ridge up to 2155.
describe('A time far from now', () => {
  const FAR = Date.parse('2300-06-01T12:00:00Z');

  it('is the nearest that each file system can hold', async (context) => {
    const folder = folderWith({ 'in/future': '' });
    execFileSync('touch', ['-d', new Date(FAR).toISOString(), `${folder}/in/future`]);
    const { mtimeNs } = lstatSync(`${folder}/in/future`, { bigint: true });
    context.skip(mtimeNs !== BigInt(FAR) * 1_000_000n, 'the file system of this folder has no such time');
    const alone = [{ at: '/in/future', root: 'tree', path: 'in/future' }];
    for (const more of [{}, { sources: alone }]) {
      const { files } = await volumeOf(folder, request({ revision: '2.01' }, more));
      expect(file(files, '/in/future').modified).toBe(BigInt(FAR) * 1000n);
    }
    const text = (await isoBytes(folder, aTreeRequest({ joliet: false }))).toString('latin1');
    // RRIP 1.12 4.1.6 and ECMA-119 9.1.5: the last second of 2155.
    expect(text).toContain('TF\x0c\x01\x02\xff\x0c\x1f\x17\x3b\x3b\x00');
  });
});
