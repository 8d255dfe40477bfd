import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Bytes of a path: names need not be UTF-8, so that trees are made and compared as `latin1` strings. */
const bytesOf = (path: string): Buffer => Buffer.from(path, 'latin1');
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** 2001-02-03 04:05:06 UTC and some more, so that every file has a time of its own. */
let clock = 981_173_106;

const file = (path: string, content: string | Buffer, mode = 0o644): void => {
  writeFileSync(bytesOf(path), content);
  chmodSync(bytesOf(path), mode);
  clock += 61;
  utimesSync(bytesOf(path), clock, clock);
};

const link = (path: string, target: string): void => {
  symlinkSync(bytesOf(target), bytesOf(path));
  clock += 61;
  lutimesSync(bytesOf(path), clock, clock);
};

/** All that names and links can do to a master: see the titles of test/interop/readers.test.ts. */
export const makeHostileTree = (root: string): void => {
  const at = (name: string): string => `${root}/${name}`;
  const directory = (name: string): void => void mkdirSync(bytesOf(at(name)), { recursive: true });

  for (const name of ['ünïcode-Ж-日本語-🎵', 'éclair.txt', 'straße', 'white space and "quotes"'])
    file(at(latin1(name)), `content of ${name}`);
  file(at('raw-\xff\xfe-bytes'), 'a name that is no UTF-8');
  file(at(`${'n'.repeat(251)}.txt`), 'a name of 255 bytes');
  file(at(latin1('ж'.repeat(120))), 'a name of 120 characters and 240 bytes');
  file(at(`${'j'.repeat(80)}.tar.gz`), 'longer than Joliet');
  file(at(`${'j'.repeat(80)}x.tar.gz`), 'longer than Joliet, and the same when cut');
  file(at('colon:star*question?semi;back\\slash'), 'forbidden in Joliet');
  file(at('new\nline'), 'with a control character');

  directory('collide');
  for (const name of [
    'longfilename1.txt',
    'longfilename2.txt',
    'LONGFI~1.TXT',
    'README',
    'readme',
    'ReadMe.',
    'a.b.c',
    'a_b.c',
    'a.b-c.x',
    'a.b.x',
    'a.b',
    'a.',
    '...',
    'directory',
  ])
    file(at(`collide/${name}`), name);
  directory('collide/DIRECTORY');
  file(at('collide/DIRECTORY/within'), 'of a directory that a file has the name of');
  for (let index = 0; index < 40; index++) file(at(`collide/same prefix number ${index}.data`), `${index}`);

  directory(Array.from({ length: 12 }, (_, level) => `level ${level + 1}`).join('/'));
  for (let level = 1; level <= 12; level++) {
    const path = Array.from({ length: level }, (_, above) => `level ${above + 1}`).join('/');
    file(at(`${path}/file at ${level}.txt`), `level ${level}`);
  }
  directory('level 1/level 2/level 3/level 4/level 5/level 6/level 7/second/and/deeper');

  directory('links');
  file(at('links/target'), 'linked');
  link(at('links/relative'), 'target');
  link(at('links/absolute'), '/usr/share/nothing');
  link(at('links/up'), '../links/./target');
  link(at('links/root'), '/');
  link(at('links/dangling'), 'no/such/file');
  link(at('links/long component'), 'c'.repeat(255));
  link(at('links/many components'), Array.from({ length: 85 }, (_, n) => `component${n}`).join('/'));
  link(at('links/only dots'), Array.from({ length: 140 }, () => '..').join('/'));
  link(
    at('links/long components'),
    `/${'e'.repeat(255)}/${'f'.repeat(248)}/${'g'.repeat(246)}/${'h'.repeat(247)}`,
  );
  link(at('links/one long name'), 'i'.repeat(600));
  link(at('links/slashes'), 'a//b/');
  link(at('links/4000 bytes'), Array.from({ length: 40 }, () => 'd'.repeat(99)).join('/'));
  link(at('links/directory'), '../collide');
  link(at(latin1('links/ünïcode')), latin1('zïel'));

  directory('hard');
  file(at('hard/one'), 'three names');
  linkSync(at('hard/one'), at('hard/two'));
  linkSync(at('hard/one'), at('links/three'));

  directory('empty/directory');
  file(at('empty/file'), '');
  file(at('exactly one block'), Buffer.alloc(2048, 'b'));
  file(at('a block and a byte'), Buffer.alloc(2049, 'c'));
  file(at('a mebibyte and more'), Buffer.alloc(1_234_567, 'd'));
  file(at('program'), '#!/bin/sh\n', 0o755);
  file(at('secret'), 'set-user-id', 0o4711);
  chmodSync(at('empty'), 0o1777);
  stampDirectories(root);
};

/** A file of 2104: genisoimage 1.1.11 and others who count seconds in 32 bits come to grief. */
export const makeLateFile = (root: string): void => {
  const late = `${root}/of the year 2104`;
  writeFileSync(late, 'late');
  utimesSync(late, 4_260_000_000, 4_260_000_000);
};

const stampDirectories = (root: string): void => {
  for (const { path, kind } of entriesOf(root).reverse())
    if (kind === 'directory') {
      clock += 61;
      utimesSync(bytesOf(`${root}/${path}`), clock, clock);
    }
};

/** Offsets at which the giant file is not zero: its ends, and around the first 4 GiB. */
export const GIANT_MARKS = [0, 2 ** 32 - 4096, 2 ** 32 - 2048, 2 ** 32 - 1, 2 ** 32, 4_400_000_000 - 6];
export const GIANT_BYTES = 4_400_000_000;

/** A sparse file over 4 GiB. */
export const makeGiantFile = (path: string): void => {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, GIANT_BYTES);
  for (const [index, offset] of GIANT_MARKS.entries()) writeSync(fd, `mark ${index}`, offset);
  ftruncateSync(fd, GIANT_BYTES);
  closeSync(fd);
};

export interface Entry {
  /** Beneath the root, a character per byte. */
  readonly path: string;
  /** `special` is a device, a FIFO or a socket, which nobody opens here. */
  readonly kind: 'file' | 'directory' | 'link' | 'special';
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** SHA-256 of a file's bytes, or the target of a link. */
  readonly content: string;
}

const kindOf = (path: Buffer): Entry['kind'] => {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isDirectory()) return 'directory';
  return stat.isFile() ? 'file' : 'special';
};

const contentOf = (path: Buffer, kind: Entry['kind']): string => {
  if (kind === 'directory' || kind === 'special') return '';
  if (kind === 'link') return readlinkSync(path, { encoding: 'buffer' }).toString('latin1');
  return createHash('sha256').update(readFileSync(path)).digest('hex');
};

/** Everything beneath a directory, parents before their children. */
export const entriesOf = (root: string, beneath = ''): Entry[] =>
  readdirSync(bytesOf(join(root, beneath)), { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .sort()
    .flatMap((name) => {
      const path = beneath === '' ? name : `${beneath}/${name}`;
      const bytes = bytesOf(`${root}/${path}`);
      const kind = kindOf(bytes);
      const stat = lstatSync(bytes);
      const entry = {
        path,
        kind,
        mode: stat.mode & 0o7777,
        mtime: Math.floor(stat.mtimeMs / 1000),
        content: contentOf(bytes, kind),
      };
      return kind === 'directory' ? [entry, ...entriesOf(root, path)] : [entry];
    });
