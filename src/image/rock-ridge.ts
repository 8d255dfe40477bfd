import type { InputsOf } from '../binary/layout.js';
import {
  childLink,
  encodeName,
  encodeSymbolicLink,
  nameEntryLength,
  parentLink,
  posixAttributes,
  relocated,
  rockRidgeReference,
  writeAsciiName,
} from '../iso9660/rrip.js';
import { sharingProtocol } from '../iso9660/susp.js';
import { pathBytes } from '../os/path-bytes.js';
import { STAT } from '../os/stat.js';
import { entryOf } from './hierarchy.js';
import type { Inodes } from './inodes.js';
import { encodeDevice, isDevice, type RecordedTimes, timesOf } from './posix-entries.js';
import { ROOT, type Tree } from './tree.js';

/** Which record of a directory is meant: its own, that of its parent, or that of a child. */
export type RecordOf =
  | { readonly kind: 'self' | 'parent'; readonly directory: number }
  | { readonly kind: 'child'; readonly child: number };

/** What the system use areas of a hierarchy hold. */
export interface SystemUse {
  /** Bytes of the entries of a child that is nothing special; undefined for any other. */
  ordinaryLength(child: number): number | undefined;
  /** Writes the entries of such a child. */
  writeOrdinary(target: Uint8Array, offset: number, child: number): void;
  /** The entries of any record. */
  entries(record: RecordOf): readonly Uint8Array[];
}

export const NO_SYSTEM_USE: SystemUse = {
  ordinaryLength: () => 0,
  writeOrdinary: () => undefined,
  entries: () => [],
};

export interface RockRidgeParts {
  readonly tree: Tree;
  readonly inodes: Inodes;
  /** Whether a directory lies elsewhere in the primary tree than in the tree. */
  readonly isMoved: (directory: number) => boolean;
  /** The directory that such directories lie in. */
  readonly home: number | undefined;
  readonly blockOf: (directory: number) => number;
  readonly recorded: RecordedTimes;
}

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

/** Rock Ridge 1.12 for a tree. */
export const rockRidge = ({ tree, inodes, isMoved, home, blockOf, recorded }: RockRidgeParts): SystemUse => {
  const posix = (entry: number): InputsOf<typeof posixAttributes> => ({
    mode: tree.number(entry, STAT.mode),
    links: inodes.links(entry),
    userId: tree.number(entry, STAT.uid),
    groupId: tree.number(entry, STAT.gid),
    serial: inodes.serial(entry),
  });
  const times = timesOf(tree, recorded);
  const attributes = (entry: number): Uint8Array[] => [
    posixAttributes.encode(posix(entry)),
    times.encode(entry),
  ];

  const ofDirectory = (directory: number, kind: 'self' | 'parent'): Uint8Array[] => {
    const about = attributes(kind === 'self' ? directory : tree.parent(directory));
    if (kind === 'parent' && isMoved(directory))
      return [...about, parentLink.encode({ block: blockOf(tree.parent(directory)) })];
    if (kind === 'parent' || directory !== ROOT) return about;
    return [sharingProtocol.encode({ bytesSkipped: 0 }), ...about, rockRidgeReference];
  };

  const ofChild = (child: number): Uint8Array[] => {
    const entry = entryOf(child);
    const entries = [...attributes(entry), ...encodeName(pathBytes(tree.name(entry)))];
    if (child < 0) entries.push(childLink.encode({ block: blockOf(entry) }));
    // On the directory of the relocated ones too, which is none of the tree: readers hide it then.
    else if (isMoved(entry) || entry === home) entries.push(relocated.encode({}));
    else if (tree.kind(entry) === 'link') entries.push(...encodeSymbolicLink(pathBytes(tree.target(entry))));
    else if (isDevice(tree, entry)) entries.push(encodeDevice(tree.number(entry, STAT.deviceNode)));
    const compression = tree.compressions.get(entry);
    if (compression) entries.push(compression);
    return entries;
  };

  const isOrdinary = (child: number): boolean =>
    child >= 0 &&
    isAscii(tree.name(child)) &&
    !isMoved(child) &&
    child !== home &&
    tree.kind(child) !== 'link' &&
    !tree.compressions.has(child) &&
    !isDevice(tree, child);

  return {
    // A hundred thousand such children: their entries are neither made to be measured nor joined to be written.
    ordinaryLength: (child) =>
      isOrdinary(child)
        ? posixAttributes.size + times.length(child) + nameEntryLength(tree.name(child).length)
        : undefined,
    writeOrdinary: (target, offset, child) => {
      posixAttributes.encodeInto(target, offset, posix(child));
      times.encodeInto(target, offset + posixAttributes.size, child);
      writeAsciiName(target, offset + posixAttributes.size + times.length(child), tree.name(child));
    },
    entries: (record) =>
      record.kind === 'child' ? ofChild(record.child) : ofDirectory(record.directory, record.kind),
  };
};
