import {
  childLink,
  encodeName,
  encodeSymbolicLink,
  modificationTime,
  nameEntryLength,
  parentLink,
  posixAttributes,
  relocated,
  rockRidgeReference,
} from '../iso9660/rrip.js';
import { secondsOfNs } from '../iso9660/dates.js';
import { sharingProtocol } from '../iso9660/susp.js';
import { pathBytes } from '../os/path-bytes.js';
import { STAT } from '../os/stat.js';
import { entryOf } from './hierarchy.js';
import { type Inodes } from './inodes.js';
import { ROOT, type Tree } from './tree.js';

/** Which record of a directory is meant: its own, that of its parent, or that of a child. */
export type RecordOf =
  | { readonly kind: 'self' | 'parent'; readonly directory: number }
  | { readonly kind: 'child'; readonly child: number };

/** What the system use areas of the primary tree hold. */
export interface SystemUse {
  /** Lengths of what `entries` gives, without making it. */
  lengths(record: RecordOf): readonly number[];
  entries(record: RecordOf): readonly Uint8Array[];
}

export const NO_SYSTEM_USE: SystemUse = { lengths: () => [], entries: () => [] };

export interface RockRidgeParts {
  readonly tree: Tree;
  readonly inodes: Inodes;
  /** Whether a directory lies elsewhere in the primary tree than in the tree. */
  readonly isMoved: (directory: number) => boolean;
  readonly blockOf: (directory: number) => number;
}

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

const nameBytes = (name: string): number => (isAscii(name) ? name.length : pathBytes(name).length);

/** Rock Ridge 1.12 for a tree. */
export const rockRidge = ({ tree, inodes, isMoved, blockOf }: RockRidgeParts): SystemUse => {
  const attributes = (entry: number): Uint8Array[] => [
    posixAttributes.encode({
      mode: tree.number(entry, STAT.mode),
      links: inodes.links(entry),
      userId: tree.number(entry, STAT.uid),
      groupId: tree.number(entry, STAT.gid),
      serial: inodes.serial(entry),
    }),
    modificationTime.encode({ modified: secondsOfNs(tree.mtimeNs(entry)) }),
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
    else if (isMoved(entry)) entries.push(relocated.encode({}));
    else if (tree.kind(entry) === 'link') entries.push(...encodeSymbolicLink(pathBytes(tree.target(entry))));
    return entries;
  };

  const entries = (record: RecordOf): readonly Uint8Array[] =>
    record.kind === 'child' ? ofChild(record.child) : ofDirectory(record.directory, record.kind);

  /** Most children are files and directories with a short name: their entries need not be made to be measured. */
  const ordinary = (child: number): readonly number[] | undefined => {
    if (child < 0 || isMoved(child) || tree.kind(child) === 'link') return undefined;
    const name = nameEntryLength(nameBytes(tree.name(child)));
    return name === undefined ? undefined : [posixAttributes.size, modificationTime.size, name];
  };

  return {
    entries,
    lengths: (record) =>
      (record.kind === 'child' ? ordinary(record.child) : undefined) ??
      entries(record).map(({ length }) => length),
  };
};
