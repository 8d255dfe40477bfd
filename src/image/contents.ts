import type { Stretch } from '../binary/bit-set.js';
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

/** Contents that have to lie in an order and at distances of their own, before all others. */
export interface LeadingContents {
  readonly entries: readonly number[];
  /** Blocks from the first of them to each; ascending. */
  readonly offsets: readonly number[];
  /** From the first block to the last, gaps included. */
  readonly blocks: number;
  /** The first one lies so many blocks behind a multiple of `align`. */
  readonly phase: number;
  readonly align: number;
}

/** What does not lie where the tree alone would have it. */
export interface SpecialContents {
  readonly leading: LeadingContents | undefined;
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
    tree.contentBytes(entry) > 0 && !tree.onMedium.has(entry) && !isEmbedded(entry);
  for (const directory of directories)
    for (const child of children.get(directory) ?? []) {
      if (child < 0 || !takesRoom(child)) continue;
      const first = inodes.first(child);
      if (inodes.links(child) > 1 && seen.has(first)) continue;
      if (inodes.links(child) > 1) seen.add(first);
      entries.push(first);
    }
  return entries.concat(
    tree.streamEntries.filter((entry) => tree.contentBytes(entry) > 0 && !tree.onMedium.has(entry)),
  );
};

/** Blocks between contents that lead, from the first block of them all on. */
const leadingGaps = (
  { entries, offsets, blocks, phase }: LeadingContents,
  block: number,
  blocksOf: (entry: number) => number,
): Stretch[] => {
  const gaps: Stretch[] = [];
  let end = block;
  const goOnAt = (next: number): void => {
    if (next > end) gaps.push({ first: end, count: next - end });
  };
  for (const [index, entry] of entries.entries()) {
    const first = block + phase + (offsets[index] ?? 0);
    goOnAt(first);
    end = Math.max(end, first + blocksOf(entry));
  }
  goOnAt(block + phase + blocks);
  return gaps;
};

/**
 * The contents of a tree, those that lead first, then in the order of a hierarchy of it, streams last; and the region that they will fill. What
 * stands elsewhere (`isEmbedded`) takes no room.
 */
export const contentsOf = (
  tree: Tree,
  hierarchy: Pick<Hierarchy, 'directories' | 'children'>,
  inodes: Inodes,
  {
    hidden,
    apart,
    leading,
    isEmbedded,
  }: SpecialContents & { readonly isEmbedded: (entry: number) => boolean },
): { readonly contents: PlacedContents; readonly region: Region } => {
  const firstBlocks = new Uint32Array(tree.size);
  const first = leading?.entries.map((entry) => inodes.first(entry)) ?? [];
  const elsewhere = new Set([...apart.map((entry) => inodes.first(entry)), ...first]);
  const found = entriesWithContent(tree, hierarchy, inodes, isEmbedded);
  const entries = found.concat(hidden).filter((entry) => !elsewhere.has(entry));
  const blocksOf = (entry: number): number => blocksFor(tree.contentBytes(entry));
  const place = (block: number): void => {
    let next = block + (leading?.phase ?? 0);
    for (const [index, entry] of first.entries()) firstBlocks[entry] = next + (leading?.offsets[index] ?? 0);
    next += leading?.blocks ?? 0;
    for (const entry of entries) {
      firstBlocks[entry] = next;
      next += blocksOf(entry);
    }
  };
  const others = entries.reduce((total, entry) => total + blocksOf(entry), 0);
  const blocks = others + (leading ? leading.phase + leading.blocks : 0);
  return {
    contents: {
      inodes,
      entries: first.concat(entries),
      blockOf: (entry) => firstBlocks[inodes.first(entry)] ?? 0,
      place: (entry, block) => {
        firstBlocks[inodes.first(entry)] = block;
      },
    },
    region: {
      blocks,
      place,
      ...(leading && { align: leading.align, gaps: (block) => leadingGaps(leading, block, blocksOf) }),
    },
  };
};
