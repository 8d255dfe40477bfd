import { encodeUcs2, JOLIET_LENGTH } from '../iso9660/joliet-names.js';
import { enhancedNaming } from '../iso9660/enhanced-names.js';
import { isoNaming } from '../iso9660/iso-names.js';
import { isoRules } from '../iso9660/iso-rules.js';
import { inAscii, jolietNaming, type Naming } from '../iso9660/names.js';
import { pathBytes } from '../os/path-bytes.js';
import { pathTableRecordLength } from '../iso9660/path-table.js';
import type { Contents } from './contents.js';
import {
  type DirectorySize,
  type IdentifierCode,
  measureDirectory,
  type RecordedHierarchy,
} from './directory-records.js';
import { fileExtents } from './file-extents.js';
import { type Hierarchy, nameHierarchy, shapeOf } from './hierarchy.js';
import type { TreeRequest } from './master-request.js';
import { relocate, type Relocation } from './relocation.js';
import { NO_SYSTEM_USE, rockRidge } from './rock-ridge.js';
import { ROOT, type Tree } from './tree.js';

/** One hierarchy with its path tables. Sizes are known from the beginning, addresses once the allocator has given them. */
export interface LaidOutHierarchy extends RecordedHierarchy {
  readonly blocks: Map<number, number>;
  readonly pathTableBytes: number;
  /** First blocks. */
  readonly pathTables: { L: number; M: number };
}

/** What ISO 9660 has of a volume. */
export interface IsoVolume {
  readonly tree: Tree;
  readonly request: TreeRequest;
  readonly primary: LaidOutHierarchy;
  readonly joliet: LaidOutHierarchy | undefined;
  /** ISO 9660:1999. */
  readonly enhanced: LaidOutHierarchy | undefined;
  /** The directory that holds relocated ones and that no source gave. */
  readonly relocationHome: number | undefined;
}

const PRIMARY_CODE: IdentifierCode = {
  bytesPerCharacter: 1,
  write: (target, offset, identifier) => {
    for (let at = 0; at < identifier.length; at++) target[offset + at] = identifier.charCodeAt(at);
  },
};

const JOLIET_CODE: IdentifierCode = { bytesPerCharacter: 2, write: encodeUcs2 };

/** Measures all directories of a hierarchy; `blocks` is what their addresses will be asked of. */
const measure = (
  parts: Omit<RecordedHierarchy, 'blocks' | 'sizes'>,
  blocks: Map<number, number>,
): LaidOutHierarchy => {
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
  return { ...recorded, pathTableBytes, pathTables: { L: 0, M: 0 } };
};

/** What Joliet and ISO 9660:1999 hold: directories and regular files. */
const inJoliet =
  (tree: Tree) =>
  (entry: number): boolean =>
    tree.isDirectory(entry) || tree.kind(entry) === 'file';

/** What ISO 9660 records, under which names; nothing of it has an address yet. */
export interface IsoNames {
  readonly relocation: Relocation;
  readonly primary: Hierarchy;
  readonly joliet: Hierarchy | undefined;
  readonly enhanced: Hierarchy | undefined;
}

/** How the primary tree names entries. */
export const primaryNaming = ({ level, relaxed }: Pick<TreeRequest, 'level' | 'relaxed'>): Naming =>
  isoNaming(isoRules(level, relaxed));

/** ISO 9660:1999 has the bytes of a name, which are UTF-8 in most. */
export const ENHANCED_NAMING = enhancedNaming(pathBytes, (bytes) => new TextDecoder().decode(bytes));

/** How a file system that has more characters than plain ISO 9660 names entries where no more than ASCII is wanted. */
export const namingFor = ({ asciiNames }: Pick<TreeRequest, 'asciiNames'>, naming: Naming): Naming =>
  asciiNames ? inAscii(naming) : naming;

export const nameIsoVolume = (tree: Tree, request: TreeRequest): IsoNames => {
  const { joliet } = request;
  const length = joliet === 'long' ? JOLIET_LENGTH.long : JOLIET_LENGTH.standard;
  const jolietNames =
    joliet === false
      ? undefined
      : nameHierarchy(tree, shapeOf(tree, inJoliet(tree)), namingFor(request, jolietNaming(length)));
  const enhanced = request.enhanced
    ? nameHierarchy(tree, shapeOf(tree, inJoliet(tree)), namingFor(request, ENHANCED_NAMING))
    : undefined;
  const relocation = relocate(tree, request);
  const primary = nameHierarchy(tree, relocation, primaryNaming(request));
  return { relocation, primary, joliet: jolietNames, enhanced };
};

/** First pass over ISO 9660: measures everything. The addresses that the second pass writes are asked for then. */
export const measureIsoVolume = (
  tree: Tree,
  request: TreeRequest,
  { names: { relocation, primary, joliet, enhanced }, contents }: { names: IsoNames; contents: Contents },
): IsoVolume => {
  const files = fileExtents({
    block: contents.blockOf,
    bytes: (entry) => tree.contentBytes(entry),
    recorded: (entry) => tree.onMedium.runs(entry),
  });
  const { posix, zoneMinutes } = request;
  const blocks = new Map<number, number>();
  const rockRidgeParts = {
    tree,
    inodes: contents.inodes,
    isMoved: (directory: number) => relocation.parents.has(directory),
    home: relocation.home,
    blockOf: (directory: number) => blocks.get(directory) ?? 0,
    recorded: { all: posix.times === 'all', zoneMinutes },
  };
  const systemUse = request.rockRidge ? rockRidge(rockRidgeParts) : NO_SYSTEM_USE;
  const plainParts = { tree, systemUse: NO_SYSTEM_USE, files, zoneMinutes };
  return {
    tree,
    request,
    primary: measure({ ...plainParts, hierarchy: primary, systemUse, code: PRIMARY_CODE }, blocks),
    joliet: joliet && measure({ ...plainParts, code: JOLIET_CODE, hierarchy: joliet }, new Map()),
    enhanced: enhanced && measure({ ...plainParts, code: PRIMARY_CODE, hierarchy: enhanced }, new Map()),
    relocationHome: relocation.home,
  };
};
