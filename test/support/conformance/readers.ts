import type { FileSystem } from '../../../src/image/name-changes.js';
import type { Entry } from '../trees.js';
import { fnv } from '../udf-judge.js';
import type { Facet } from './compare.js';
import {
  bsdtar,
  isoinfo,
  libcdio,
  libudfread,
  type Read,
  secondDecoder,
  sevenZip,
  xorriso,
} from './programs.js';
import type { Conforming } from './volumes.js';

/** Somebody who reads volumes, and what is compared of what he finds. */
export interface Reader {
  readonly name: string;
  /** Programs that it needs, and the Debian packages that have them. */
  readonly tools: readonly string[];
  readonly views: Partial<Record<FileSystem, readonly Facet[]>>;
  /** Volumes in which it does not come to the file system that is looked at, although there is one. */
  readonly passesBy?: (volume: Conforming) => boolean;
  /** An entry as it shows it; undefined where it cannot. */
  readonly shows?: (entry: Entry, volume: Conforming) => Entry | undefined;
  /** It shows some names in another way, which are then left out: the others must be there. */
  readonly partly?: true;
  /** Why that is so. */
  readonly because?: string;
  /** What it tells of the bytes of a file, if not their SHA-256. */
  readonly digest?: (bytes: Buffer) => string;
  /** A tree without names that it does not survive. */
  readonly tame?: true;
  /** Absent where the tests are those of a kernel of their own. */
  readonly read?: Read;
}

const FILES: readonly Facet[] = ['contents', 'times'];
const POSIX: readonly Facet[] = ['contents', 'times', 'modes', 'links'];

/** Names that differ in nothing but their case may stand in one directory. */
export const hasAnyCase = ({ request }: Conforming): boolean => request.relaxed.includes('lower-case');

const DEEPEST_OF_ISO = 8;
const levels = ({ path }: Entry): number => path.split('/').length;
const isAscii = ({ path }: Entry): boolean => /^[ -~]*$/.test(path);

/** A dot that nothing follows, which some readers take for the empty extension of a plain name. */
const withoutBareDot = (entry: Entry, { view }: Conforming): Entry =>
  view === 'iso9660' ? { ...entry, path: entry.path.replace(/\.$/, '') } : entry;

/** A unit of UTF-16 as UTF-8 would have it, if halves of pairs had a place there. */
const unitBytes = (unit: number): string =>
  String.fromCharCode(
    0xe0 + Math.floor(unit / 4096),
    0x80 + (Math.floor(unit / 64) % 64),
    0x80 + (unit % 64),
  );

/** A path whose characters beyond the basic plane are two units of three bytes each. */
const inHalves = (path: string): string =>
  path.replaceAll(/[\xf0-\xf7][\x80-\xbf]{3}/g, (bytes) => {
    const pair = Buffer.from(bytes, 'latin1').toString();
    return unitBytes(pair.charCodeAt(0)) + unitBytes(pair.charCodeAt(1));
  });

export const READERS: readonly Reader[] = [
  {
    name: 'kernel',
    tools: [],
    views: { 'rock-ridge': POSIX, joliet: FILES, iso9660: FILES, udf: ['contents', 'times', 'modes'] },
    shows: (entry, volume) =>
      volume.view === 'iso9660' && !hasAnyCase(volume) ? { ...entry, path: entry.path.toLowerCase() } : entry,
    because: 'plain names are shown in small letters (fs/isofs/dir.c), relaxed ones as they are, by map=off',
  },
  {
    name: 'bsdtar',
    tools: ['bsdtar'],
    views: { 'rock-ridge': POSIX, joliet: FILES, iso9660: FILES },
    shows: withoutBareDot,
    because: 'a dot at the end of a plain name is dropped',
    read: bsdtar,
  },
  {
    name: 'xorriso',
    tools: ['xorriso'],
    views: { 'rock-ridge': POSIX, joliet: FILES, iso9660: FILES },
    shows: (entry) => (entry.path === 'links/slashes' ? { ...entry, content: 'a/b/' } : entry),
    because: 'doubled slashes in targets are dropped (libisofs)',
    read: xorriso,
  },
  {
    name: '7z',
    tools: ['7z'],
    views: { joliet: FILES, iso9660: FILES, udf: FILES },
    passesBy: ({ view, request }) => view === 'iso9660' && request.joliet !== false,
    shows: withoutBareDot,
    because: 'it takes Joliet where there is some, and drops a dot at the end of a plain name',
    read: sevenZip,
  },
  {
    name: 'isoinfo',
    tools: ['isoinfo'],
    views: { 'rock-ridge': ['contents'], joliet: ['contents'], iso9660: ['contents'] },
    shows: (entry, { view }) => {
      const isMoved = view === 'rock-ridge' && levels(entry) >= DEEPEST_OF_ISO;
      return entry.kind === 'link' || !isAscii(entry) || isMoved ? undefined : entry;
    },
    because:
      'names with other characters than those of ASCII are left out, as is what Rock Ridge has moved, since it follows no CL',
    partly: true,
    read: isoinfo,
  },
  {
    name: 'libcdio',
    tools: ['iso-info', 'iso-read'],
    views: { 'rock-ridge': ['contents'], joliet: [], iso9660: [], udf: ['contents'] },
    tame: true,
    passesBy: ({ view, request: { iso9660, joliet, udf } }) =>
      view === 'udf'
        ? !iso9660 || (udf !== false && udf.revision >= '2.00')
        : view === 'iso9660' && joliet !== false,
    shows: (entry, { view }) => (view === 'iso9660' ? { ...entry, path: entry.path.toLowerCase() } : entry),
    because:
      'a tree of tame names, since 2.1.0 gives up a directory at some hostile ones; it lists no UDF without ISO 9660, and reads no extended file entries',
    read: libcdio,
  },
  {
    name: 'libudfread',
    tools: [],
    views: { udf: ['contents'] },
    shows: (entry) => (entry.kind === 'file' ? { ...entry, path: inHalves(entry.path) } : undefined),
    digest: (bytes) => `${bytes.length} ${fnv(bytes)}`,
    because: 'characters beyond the basic plane are shown in halves',
    read: libudfread,
  },
  {
    name: 'second decoder',
    tools: [],
    views: {
      'rock-ridge': POSIX,
      joliet: FILES,
      iso9660: FILES,
      'iso9660-1999': FILES,
      udf: ['contents', 'times', 'modes'],
    },
    passesBy: ({ view, request }) => view === 'iso9660' && request.rockRidge,
    because:
      'of the tests, written after the standards, sharing nothing with what makes volumes; it takes Rock Ridge where there is some, and minds every rule that is broken',
    read: secondDecoder,
  },
];

export const readerNamed = (name: string): Reader => {
  const reader = READERS.find((one) => one.name === name);
  if (!reader) throw new Error(`nobody is named ${name}`);
  return reader;
};
