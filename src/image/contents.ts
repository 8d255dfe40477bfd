import { blocksFor } from '../iso9660/block.js';
import type { Region } from './allocator.js';
import type { Hierarchy } from './hierarchy.js';
import type { Inodes } from './inodes.js';
import type { Tree } from './tree.js';

/** The contents of all files, which every file system of a volume points to. Hard links stand here once. */
export interface Contents {
  readonly inodes: Inodes;
  /** Entries with content, in the order of their blocks. */
  readonly entries: readonly number[];
  /** First block of what an entry contains; any where it is empty. */
  readonly blockOf: (entry: number) => number;
}

/** Contents that are still to be told where they lie. */
export interface PlacedContents extends Contents {
  /** Says where what lies outside the region of the others begins. */
  readonly place: (entry: number, block: number) => void;
}

/** What does not lie where the tree alone would have it. */
export interface SpecialContents {
  /** Entries that no directory has. */
  readonly hidden: readonly number[];
  /** Entries that have regions of their own. */
  readonly apart: readonly number[];
}

/** Entries with content in the order in which directories and their children are recorded, each file once. */
const entriesWithContent = (
  tree: Tree,
  { directories, children }: Pick<Hierarchy, 'directories' | 'children'>,
  inodes: Inodes,
  isEmbedded: (entry: number) => boolean,
): number[] => {
  const entries: number[] = [];
  const seen = new Set<number>();
  const takesRoom = (entry: number): boolean =>
    tree.contentBytes(entry) > 0 && !tree.recordedRuns(entry) && !isEmbedded(entry);
  for (const directory of directories)
    for (const child of children.get(directory) ?? []) {
      if (child < 0 || !takesRoom(child)) continue;
      const first = inodes.first(child);
      if (inodes.links(child) > 1 && seen.has(first)) continue;
      if (inodes.links(child) > 1) seen.add(first);
      entries.push(first);
    }
  return entries.concat(tree.streamEntries.filter((entry) => tree.contentBytes(entry) > 0));
};

/**
 * The contents of a tree in the order of a hierarchy of it, streams last, and the region that they will fill. What stands elsewhere
 * (`isEmbedded`) takes no room.
 */
export const contentsOf = (
  tree: Tree,
  hierarchy: Pick<Hierarchy, 'directories' | 'children'>,
  inodes: Inodes,
  { hidden, apart, isEmbedded }: SpecialContents & { readonly isEmbedded: (entry: number) => boolean },
): { readonly contents: PlacedContents; readonly region: Region } => {
  const firstBlocks = new Uint32Array(tree.size);
  const elsewhere = new Set(apart.map((entry) => inodes.first(entry)));
  const found = entriesWithContent(tree, hierarchy, inodes, isEmbedded);
  const entries = found.concat(hidden).filter((entry) => !elsewhere.has(entry));
  const place = (block: number): void => {
    let next = block;
    for (const entry of entries) {
      firstBlocks[entry] = next;
      next += blocksFor(tree.contentBytes(entry));
    }
  };
  const blocks = entries.reduce((total, entry) => total + blocksFor(tree.contentBytes(entry)), 0);
  return {
    contents: {
      inodes,
      entries,
      blockOf: (entry) => firstBlocks[inodes.first(entry)] ?? 0,
      place: (entry, block) => {
        firstBlocks[inodes.first(entry)] = block;
      },
    },
    region: { blocks, place },
  };
};
