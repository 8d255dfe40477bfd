import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FileSystem } from '../../../src/image/name-changes.js';
import { StrictIso } from '../strict-iso/volume.js';
import { entriesOf, type Entry } from '../trees.js';
import { udfJudge } from '../udf-judge.js';
import { readUdf } from '../udf-reader.js';

/** What somebody finds in an image file by one file system. `scratch` is a folder for what is extracted. */
export type Read = (image: string, view: FileSystem, scratch: string) => Entry[];

const ENVIRONMENT = { ...process.env, LC_ALL: 'C.UTF-8' };

const run = (command: string, args: readonly string[]): Buffer =>
  execFileSync(command, [...args], {
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ENVIRONMENT,
  });

const newFolder = (scratch: string): string => mkdtempSync(join(scratch, 'read-'));

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const entry = (path: string, kind: 'file' | 'directory', content = ''): Entry => ({
  path,
  kind,
  mode: 0,
  mtime: 0,
  content,
});

/** Some show the identifiers of ISO 9660 as they are recorded: with a version, and with a dot that has nothing behind it. */
const withoutVersions = (entries: readonly Entry[]): Entry[] =>
  entries.map((one) => ({ ...one, path: one.path.replace(/\.?;\d+$/, '') }));

const BSDTAR_OPTIONS: Partial<Record<FileSystem, string>> = {
  joliet: 'iso9660:!rockridge',
  iso9660: 'iso9660:!rockridge,iso9660:!joliet',
};

export const bsdtar: Read = (image, view, scratch) => {
  const folder = newFolder(scratch);
  const options = BSDTAR_OPTIONS[view];
  run('bsdtar', ['-xpf', image, '-C', folder, ...(options ? ['--options', options] : [])]);
  return entriesOf(folder);
};

const XORRISO_TREES: Partial<Record<FileSystem, string>> = { joliet: 'norock', iso9660: 'ecma119' };

export const xorriso: Read = (image, view, scratch) => {
  const folder = newFolder(scratch);
  run('xorriso', [
    ...['-ecma119_map', 'unmapped', '-joliet_map', 'unmapped', '-read_fs', XORRISO_TREES[view] ?? 'nojoliet'],
    ...['-osirrox', 'on', '-indev', image, '-extract', '/', folder],
  ]);
  return withoutVersions(entriesOf(folder));
};

export const sevenZip: Read = (image, view, scratch) => {
  const folder = newFolder(scratch);
  const args = ['x', '-y', view === 'udf' ? '-tudf' : '-tiso', `-o${folder}`, image];
  const { status, stderr } = spawnSync('7z', args, { env: ENVIRONMENT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return entriesOf(folder);
};

const ISOINFO_OPTIONS: Partial<Record<FileSystem, readonly string[]>> = {
  'rock-ridge': ['-R'],
  joliet: ['-J'],
};

/** What `isoinfo -l` tells: modes, numbers, extent in brackets, name. */
const ISOINFO_LINE = /^([-d])\S{9} .*?\[ *\d+ \d+\] {1,2}(.*?) ?$/;
const ISOINFO_DIRECTORY = /^Directory listing of \/(.*?)\/?$/;

/** Paths with their kinds, those of `.` and `..` and links left out. */
const isoinfoPaths = (listing: string): { kind: string; path: string }[] => {
  let inside = '';
  return listing.split('\n').flatMap((line) => {
    const directory = ISOINFO_DIRECTORY.exec(line)?.[1];
    if (directory !== undefined) inside = directory && `${directory}/`;
    const [, kind, name = '.'] = ISOINFO_LINE.exec(line) ?? [];
    return kind === undefined || /^\.{1,2}$/.test(name) ? [] : [{ kind, path: inside + name }];
  });
};

/** Names that it cannot say as they are (line breaks, what is not in its character set) are left out. */
export const isoinfo: Read = (image, view) => {
  const options = ISOINFO_OPTIONS[view] ?? [];
  const paths = isoinfoPaths(run('isoinfo', [...options, '-l', '-i', image]).toString('latin1'));
  const found = paths
    .filter(({ kind, path }) => kind === 'd' || /^[ -~]+$/.test(path))
    .map(({ kind, path }) =>
      kind === 'd'
        ? entry(path, 'directory')
        : entry(path, 'file', sha256(run('isoinfo', [...options, '-i', image, '-x', `/${path}`]))),
    );
  return withoutVersions(found);
};

const ISO_INFO_OPTIONS: Partial<Record<FileSystem, readonly string[]>> = {
  udf: ['-U'],
  'rock-ridge': ['--no-joliet'],
  iso9660: ['--no-joliet', '--no-rock-ridge'],
};

/** `iso-info -f` tells of everything; `iso-read` reads files by Rock Ridge or UDF. */
export const libcdio: Read = (image, view, scratch) => {
  const listed = run('iso-info', ['--no-header', ...(ISO_INFO_OPTIONS[view] ?? []), '-f', '-i', image]);
  const paths = [...listed.toString('latin1').matchAll(/^ +\d+ \/(.+)$/gm)].map(([, path = '']) => path);
  const isDirectory = (path: string): boolean => paths.some((other) => other.startsWith(`${path}/`));
  const options = view === 'udf' ? ['-U'] : [];
  const out = join(newFolder(scratch), 'out');
  const contentOf = (path: string): string => {
    if (view !== 'rock-ridge' && view !== 'udf') return '';
    run('iso-read', ['--no-header', ...options, '-i', image, '-e', `/${path}`, '-o', out]);
    return sha256(readFileSync(out));
  };
  return paths.map((path) =>
    isDirectory(path) ? entry(path, 'directory') : entry(path, 'file', contentOf(path)),
  );
};

/** The content of a file is told as its length and FNV-1a. */
export const libudfread: Read = (image) => {
  const program = udfJudge();
  if (program === undefined) throw new Error('libudfread is not installed');
  return run(program, [image])
    .toString('latin1')
    .split('\0')
    .slice(1, -1)
    .map((line) => /^(.*) (\d+ [0-9a-f]{16})$/s.exec(line))
    .map((match) => entry(match?.[1] ?? '', 'file', match?.[2] ?? ''));
};

const TREES: Partial<Record<FileSystem, 'primary' | 'joliet' | 'enhanced'>> = {
  joliet: 'joliet',
  'iso9660-1999': 'enhanced',
};

/** The decoders of tests, which share nothing with what makes volumes. */
export const secondDecoder: Read = (image, view) => {
  const bytes = readFileSync(image);
  if (view === 'udf')
    return readUdf(bytes)
      .files.filter(({ path }) => path !== '')
      .map(({ path, type, content, mode, modified }) => ({
        path: Buffer.from(path.slice(1)).toString('latin1'),
        kind: type === 4 ? 'directory' : 'file',
        mode,
        mtime: Number(modified / 1_000_000n),
        content: type === 4 ? '' : sha256(content),
      }));
  const tree = TREES[view] ?? 'primary';
  const entries = new StrictIso(bytes).entries(tree).map(({ path, kind, mtime, content, posix }) => ({
    path: tree === 'primary' ? path : Buffer.from(path).toString('latin1'),
    kind,
    mtime,
    content,
    mode: (posix?.mode ?? 0) & 0o7777,
  }));
  return view === 'rock-ridge' ? entries : withoutVersions(entries);
};
