import { constants } from 'node:fs';

import { os } from './native.js';

/** Places in a row of numbers about one file; the order of `RowOf` in native/os/stat.cc. */
export const STAT = {
  device: 0,
  inode: 1,
  /** Kind and permissions, stat(2) `st_mode`. */
  mode: 2,
  links: 3,
  uid: 4,
  gid: 5,
  /** Which device a device node stands for. */
  deviceNode: 6,
  /** In bytes. */
  size: 7,
  /** Nanoseconds since 1970. */
  mtimeNs: 8,
  ctimeNs: 9,
  /** When the file was created; 0 where the file system does not know. */
  birthtimeNs: 10,
  /** When it was read last, or when the mount says that it was. */
  atimeNs: 11,
} as const;

/** Numbers per row. */
export const STAT_WORDS = 12;

if (os.statWords !== STAT_WORDS)
  throw new Error('native/build/Release/os.node is older than this program; build it with `npm run native`');

export const statRow = (): BigInt64Array => new BigInt64Array(STAT_WORDS);

/** Fills `row` with what the kernel says about an open file; allocates nothing. */
export const fstatInto = (fd: number, row: BigInt64Array): void => {
  os.fstatInto(fd, row);
};

/** Fills `row` with what the kernel says about a name in a directory; a link is not followed. */
export const lstatAt = (directory: number, name: string, row: BigInt64Array): void => {
  os.lstatAt(directory, name, row);
};

/** The target of a symbolic link, as it is stored. */
export const readlinkAt = (directory: number, name: string): string => os.readlinkAt(directory, name);

export type FileKind =
  'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'character-device' | 'block-device';

const KINDS: Readonly<Record<number, FileKind>> = {
  [constants.S_IFREG]: 'file',
  [constants.S_IFDIR]: 'directory',
  [constants.S_IFLNK]: 'link',
  [constants.S_IFIFO]: 'fifo',
  [constants.S_IFSOCK]: 'socket',
  [constants.S_IFCHR]: 'character-device',
  [constants.S_IFBLK]: 'block-device',
};

/** The other way round: what of a `mode` names the kind. */
export const FORMAT_OF_KIND: Readonly<Record<FileKind, number>> = {
  file: constants.S_IFREG,
  directory: constants.S_IFDIR,
  link: constants.S_IFLNK,
  fifo: constants.S_IFIFO,
  socket: constants.S_IFSOCK,
  'character-device': constants.S_IFCHR,
  'block-device': constants.S_IFBLK,
};

/** What kind of file a `mode` names; undefined for kinds that Linux does not have. */
export const fileKind = (mode: number | bigint): FileKind | undefined =>
  KINDS[Number(mode) & constants.S_IFMT];
