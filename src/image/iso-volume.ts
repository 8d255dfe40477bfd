import { SpindleError } from '../errors.js';
import { BLOCK, blocksFor } from '../iso9660/block.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { encodeUcs2, JOLIET_LENGTH } from '../iso9660/joliet-names.js';
import { isoNaming, jolietNaming } from '../iso9660/names.js';
import { pathTableRecordLength } from '../iso9660/path-table.js';
import {
  type DirectorySize,
  type IdentifierCode,
  measureDirectory,
  type RecordedHierarchy,
} from './directory-records.js';
import { fileExtents } from './file-extents.js';
import { type Hierarchy, nameHierarchy, shapeOf, sortTree } from './hierarchy.js';
import { type Inodes, numberInodes } from './inodes.js';
import type { TreeRequest } from './master-request.js';
import { relocate, type Relocation } from './relocation.js';
import { NO_SYSTEM_USE, rockRidge } from './rock-ridge.js';
import { ROOT, type Tree } from './tree.js';
import { checkDirectories, checkSizes } from './volume-limits.js';

/** Blocks after the last content: some drives read ahead into the run-out of a CD track and fail there. Others write as many. */
const PADDING_BLOCKS = 150;

/** A path table and the directories of one hierarchy, at their addresses. */
export interface LaidOutHierarchy extends RecordedHierarchy {
  readonly pathTableBytes: number;
  readonly typeLPathTable: number;
  readonly typeMPathTable: number;
}

/** A volume of which every address is known; nothing of it is written yet. */
export interface IsoVolume {
  readonly tree: Tree;
  readonly request: TreeRequest;
  readonly primary: LaidOutHierarchy;
  readonly joliet: LaidOutHierarchy | undefined;
  /** Entries with content, in the order of their blocks. Hard links stand here once. */
  readonly contents: readonly number[];
  readonly blockOf: (entry: number) => number;
  /** The directory that holds relocated ones and that no source gave. */
  readonly relocationHome: number | undefined;
  /** Blocks before the contents. */
  readonly metadataBlocks: number;
  readonly blocks: number;
}

const PRIMARY_CODE: IdentifierCode = {
  bytesPerCharacter: 1,
  write: (target, offset, identifier) => {
    for (let at = 0; at < identifier.length; at++) target[offset + at] = identifier.charCodeAt(at);
  },
};

const JOLIET_CODE: IdentifierCode = { bytesPerCharacter: 2, write: encodeUcs2 };

/** Hands out addresses, one range after the other; nothing else does. */
const allocator = (
  first: number,
): { readonly take: (blocks: number) => number; readonly next: () => number } => {
  let next = first;
  return {
    take: (blocks) => {
      const taken = next;
      next += blocks;
      if (next > 0xffff_ffff)
        throw new SpindleError(
          'image-too-large',
          'The volume exceeds 8 TiB, the reach of 32-bit block numbers.',
        );
      return taken;
    },
    next: () => next,
  };
};

type Allocator = ReturnType<typeof allocator>;

interface Drafted {
  readonly recorded: RecordedHierarchy;
  readonly blocks: Map<number, number>;
  readonly pathTableBytes: number;
}

/** Measures all directories of a hierarchy. */
const draft = (parts: Omit<RecordedHierarchy, 'blocks' | 'sizes'>, blocks: Map<number, number>): Drafted => {
  const sizes = new Map<number, DirectorySize>();
  const recorded = { ...parts, blocks, sizes };
  let pathTableBytes = 0;
  for (const directory of parts.hierarchy.directories) {
    sizes.set(directory, measureDirectory(recorded, directory));
    const characters = parts.hierarchy.identifier(directory).length;
    pathTableBytes += pathTableRecordLength(
      directory === ROOT ? 1 : characters * parts.code.bytesPerCharacter,
    );
  }
  return { recorded, blocks, pathTableBytes };
};

const placePathTables = ({ pathTableBytes, recorded }: Drafted, { take }: Allocator): LaidOutHierarchy => ({
  ...recorded,
  pathTableBytes,
  typeLPathTable: take(blocksFor(pathTableBytes)),
  typeMPathTable: take(blocksFor(pathTableBytes)),
});

const placeDirectories = ({ recorded, blocks }: Drafted, { take }: Allocator): void => {
  for (const directory of recorded.hierarchy.directories) {
    const { records = 0, continuations = 0 } = recorded.sizes.get(directory) ?? {};
    blocks.set(directory, take((records + continuations) / BLOCK));
  }
};

/** Entries with content in the order in which directories and their children are recorded, each file once. */
const contentsOf = (tree: Tree, { directories, children }: Hierarchy, inodes: Inodes): number[] => {
  const contents: number[] = [];
  const seen = new Set<number>();
  for (const directory of directories)
    for (const child of children.get(directory) ?? []) {
      if (child < 0 || tree.contentBytes(child) === 0) continue;
      const first = inodes.first(child);
      if (inodes.links(child) > 1 && seen.has(first)) continue;
      if (inodes.links(child) > 1) seen.add(first);
      contents.push(first);
    }
  return contents;
};

/** What Joliet holds: directories and regular files. */
const inJoliet =
  (tree: Tree) =>
  (entry: number): boolean =>
    tree.isDirectory(entry) || tree.kind(entry) === 'file';

/** What is recorded, under which names; nothing of it has an address yet. */
interface Named {
  readonly relocation: Relocation;
  readonly primary: Hierarchy;
  readonly joliet: Hierarchy | undefined;
  readonly inodes: Inodes;
  readonly contents: readonly number[];
}

const nameVolume = (tree: Tree, { level, joliet, rockRidge: hasRockRidge }: TreeRequest): Named => {
  sortTree(tree);
  const length = joliet === 'long' ? JOLIET_LENGTH.long : JOLIET_LENGTH.standard;
  const jolietNames =
    joliet === false ? undefined : nameHierarchy(tree, shapeOf(tree, inJoliet(tree)), jolietNaming(length));
  const relocation = relocate(tree, hasRockRidge);
  const primary = nameHierarchy(tree, relocation, isoNaming(level));
  const inodes = numberInodes(tree, primary.directories);
  return { relocation, primary, joliet: jolietNames, inodes, contents: contentsOf(tree, primary, inodes) };
};

/** Measures the directories of both hierarchies; the addresses that the second pass writes into them are asked for then. */
const draftVolume = (
  tree: Tree,
  { relocation, primary, joliet, inodes }: Named,
  place: { readonly blockOf: (entry: number) => number; readonly withRockRidge: boolean },
): { primary: Drafted; joliet: Drafted | undefined } => {
  const files = fileExtents({ block: place.blockOf, bytes: (entry) => tree.contentBytes(entry) });
  const blocks = new Map<number, number>();
  const rockRidgeParts = {
    tree,
    inodes,
    isMoved: (directory: number) => relocation.parents.has(directory),
    home: relocation.home,
    blockOf: (directory: number) => blocks.get(directory) ?? 0,
  };
  const systemUse = place.withRockRidge ? rockRidge(rockRidgeParts) : NO_SYSTEM_USE;
  const jolietParts = { tree, systemUse: NO_SYSTEM_USE, files, code: JOLIET_CODE };
  return {
    primary: draft({ tree, hierarchy: primary, systemUse, files, code: PRIMARY_CODE }, blocks),
    joliet: joliet && draft({ ...jolietParts, hierarchy: joliet }, new Map<number, number>()),
  };
};

/** First pass: names everything, measures everything, hands out all addresses. */
export const layOutVolume = (tree: Tree, request: TreeRequest): IsoVolume => {
  const named = nameVolume(tree, request);
  const { contents, inodes, relocation } = named;
  checkDirectories(named.primary.directories);
  checkSizes(tree, request.level, contents);
  const firstBlocks = new Uint32Array(tree.size);
  const blockOf = (entry: number): number => firstBlocks[inodes.first(entry)] ?? 0;
  const drafts = draftVolume(tree, named, { blockOf, withRockRidge: request.rockRidge });

  const addresses = allocator(SYSTEM_AREA_BLOCKS + (drafts.joliet ? 3 : 2));
  const primary = placePathTables(drafts.primary, addresses);
  const joliet = drafts.joliet && placePathTables(drafts.joliet, addresses);
  placeDirectories(drafts.primary, addresses);
  if (drafts.joliet) placeDirectories(drafts.joliet, addresses);
  const metadataBlocks = addresses.next();
  for (const entry of contents) firstBlocks[entry] = addresses.take(blocksFor(tree.contentBytes(entry)));
  addresses.take(PADDING_BLOCKS);
  const blocks = addresses.next();
  const relocationHome = relocation.home;
  return { tree, request, primary, joliet, contents, blockOf, relocationHome, metadataBlocks, blocks };
};
