import { execFileSync } from 'node:child_process';
import { closeSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { openBeneath, openRoot } from '../../../src/os/openat2.js';
import { scanDirectory } from '../../../src/os/scan.js';
import { STAT, STAT_WORDS, fileKind, fstatInto, lstatAt, readlinkAt, statRow } from '../../../src/os/stat.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folderWithFiles = (): { folder: string; root: number } => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'twelve bytes');
  mkdirSync(join(folder, 'directory'));
  symlinkSync('some/where', join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  const root = openRoot(folder);
  onTestFinished(() => {
    closeSync(root);
  });
  return { folder, root };
};

/** What Node itself says of a path, in the order of STAT. */
const expected = (path: string): bigint[] => {
  const stat = lstatSync(path, { bigint: true });
  return [
    stat.dev,
    stat.ino,
    stat.mode,
    stat.nlink,
    stat.uid,
    stat.gid,
    stat.rdev,
    stat.size,
    stat.mtimeNs,
    stat.ctimeNs,
    stat.birthtimeNs,
    stat.atimeNs,
  ];
};

it('a scan says of each entry what lstat says', () => {
  const { folder, root } = folderWithFiles();
  const { names, rows } = scanDirectory(root);
  expect([...names].sort()).toEqual(['directory', 'fifo', 'file', 'link']);
  names.forEach((name, i) => {
    expect([...rows.subarray(i * STAT_WORDS, (i + 1) * STAT_WORDS)]).toEqual(expected(join(folder, name)));
  });
});

it('a directory can be scanned again with the same descriptor', () => {
  const { root } = folderWithFiles();
  expect(scanDirectory(root).names).toEqual(scanDirectory(root).names);
});

it('a scan of a large directory finds every entry once', () => {
  const folder = temporaryFolder();
  for (let i = 0; i < 3000; i += 1) writeFileSync(join(folder, `entry number ${i}`), '');
  const root = openRoot(folder);
  const { names, rows } = scanDirectory(root);
  closeSync(root);
  expect(new Set(names).size).toBe(3000);
  expect(rows).toHaveLength(3000 * STAT_WORDS);
});

it('an open file, a name and a link are looked at through descriptors', () => {
  const { folder, root } = folderWithFiles();
  const row = statRow();
  const fd = openBeneath(root, 'file');
  fstatInto(fd, row);
  closeSync(fd);
  expect([...row]).toEqual(expected(join(folder, 'file')));
  expect(row[STAT.size]).toBe(12n);
  lstatAt(root, 'link', row);
  expect([...row]).toEqual(expected(join(folder, 'link')));
  expect(readlinkAt(root, 'link')).toBe('some/where');
});

it('kinds of files are told by their mode', () => {
  const { root } = folderWithFiles();
  const row = statRow();
  const kindOf = (name: string): unknown => {
    lstatAt(root, name, row);
    return fileKind(row[STAT.mode]!);
  };
  expect(['file', 'directory', 'link', 'fifo'].map(kindOf)).toEqual(['file', 'directory', 'link', 'fifo']);
});

it('failures carry the code of the system', () => {
  const { root } = folderWithFiles();
  expect(() => {
    lstatAt(root, 'nothing', statRow());
  }).toThrow(expect.objectContaining({ code: 'ENOENT', errno: -2 }));
  expect(() => {
    fstatInto(9999, statRow());
  }).toThrow(expect.objectContaining({ code: 'EBADF' }));
  expect(() => {
    fstatInto(root, new BigInt64Array(3));
  }).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  expect(() => readlinkAt(root, 'file')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
});
