import { SpindleError } from '../errors.js';
import { allocate, type Reach, type Region, type Run } from './allocator.js';
import type { PreparedBoot } from './boot-images.js';
import { bootRegions, type BootRegions } from './boot-regions.js';
import { type Contents, contentsOf, type LeadingContents, type SpecialContents } from './contents.js';
import { sortTree } from './hierarchy.js';
import { numberInodes } from './inodes.js';
import { isoDescriptorRegion, isoHierarchyRegions, systemAreaRegion } from './iso-metadata.js';
import { type IsoVolume, measureIsoVolume, nameIsoVolume, namingFor } from './iso-volume.js';
import { heldRegion } from './held-contents.js';
import { listedEntries } from './listed-entries.js';
import type { Manifest } from './manifest.js';
import type { TreeRequest } from './master-request.js';
import type { Tree } from './tree.js';
import { ECC_BLOCKS } from '../udf/block.js';
import { udfNaming } from '../udf/names.js';
import type { UdfOptions } from './udf-options.js';
import { udfEndRegions, udfFrontRegions, udfMetadataRegions } from './udf-regions.js';
import { nameUdfTree, UdfTree } from './udf-tree.js';
import { measureUdfVolume, type UdfVolume } from './udf-volume.js';
import { checkDirectories, checkDirectoryBytes, checkLinks, checkSizes } from './volume-limits.js';

/** Blocks after the last content: some drives read ahead into the run-out of a CD track and fail there. Others write as many. */
const PADDING_BLOCKS = 150;

/** A volume of which every address is known; nothing of it is written yet. All its file systems point to the same contents. */
export interface Volume {
  readonly tree: Tree;
  readonly request: TreeRequest;
  readonly iso: IsoVolume | undefined;
  readonly udf: UdfVolume | undefined;
  readonly contents: Contents;
  /** In the order of their addresses, metadata and contents. */
  readonly runs: readonly Run[];
  readonly reach: Reach;
}

/** What a volume needs besides its tree and its request. */
export interface VolumeParts extends Pick<UdfVolume, 'identity' | 'readSource'> {
  readonly udf: UdfOptions | undefined;
  /** What boots it. */
  readonly boot: PreparedBoot | undefined;
  /** Block of the catalog that boots it where nothing else does: that of the session that is continued. */
  readonly keptCatalog: number | undefined;
  readonly manifest: Manifest | undefined;
  /** What has to lie in an order of its own. */
  readonly leading: LeadingContents | undefined;
}

interface MeasuredParts extends Pick<Volume, 'iso' | 'udf'> {
  readonly boot: BootRegions;
  readonly manifest: Region | undefined;
  /** Of files of an earlier session that stand within entries there. */
  readonly held: Region;
}

/**
 * A volume at the beginning of a medium that is overwritten grows by descriptors that are written over its own. A drive writes whole ECC blocks, of
 * which those of BD are the longest, and whatever else lies in that one may be lost with the power: so contents do not. UDF lies further behind.
 */
const behindDescriptors = (first: number): Region => ({ blocks: 0, from: first === 0 ? ECC_BLOCKS : 0 });

/** What goes into a volume of UDF has nothing but a tree. */
function* regionsWithin(
  udf: UdfVolume,
  { manifest, held }: MeasuredParts,
  contents: Region,
): Generator<Region> {
  yield* udfMetadataRegions(udf).regions;
  if (manifest) yield manifest;
  yield held;
  yield contents;
}

/** All regions in the order of their addresses. A region is made when those before it have theirs. */
function* volumeRegions(parts: MeasuredParts, contents: Region, first: number): Generator<Region> {
  const { iso, udf, boot, manifest, held } = parts;
  yield boot.systemArea ?? systemAreaRegion;
  if (iso) yield isoDescriptorRegion(iso, boot.descriptor);
  if (udf) yield* udfFrontRegions(udf);
  if (iso) yield* isoHierarchyRegions(iso);
  const beginning = udf && udfMetadataRegions(udf);
  if (beginning) yield* beginning.regions;
  yield behindDescriptors(first);
  yield* boot.regions;
  if (manifest) yield manifest;
  yield held;
  yield contents;
  if (udf && beginning) yield* udfEndRegions(udf, beginning.metadata, { first, end: boot.end });
  else yield { blocks: PADDING_BLOCKS };
  yield* boot.tail();
}

const regionsOf = (parts: MeasuredParts, contents: Region, first: number): Generator<Region> =>
  parts.udf?.options.continues?.within
    ? regionsWithin(parts.udf, parts, contents)
    : volumeRegions(parts, contents, first);

const nameVolume = (tree: Tree, request: TreeRequest, udf: UdfOptions | undefined) => {
  sortTree(tree);
  // UDF first: relocation adds a directory that is only for ISO 9660.
  const udfNames = udf && nameUdfTree(tree, udf, namingFor(request, udfNaming));
  const iso = request.iso9660 ? nameIsoVolume(tree, request) : undefined;
  if (iso) checkDirectories(iso.primary.directories);
  const order = iso?.primary ?? udfNames;
  if (!order) throw new SpindleError('invalid-request', 'Neither ISO 9660 nor UDF is wanted.');
  return { iso, udf: udfNames, order };
};

const specialContents = (
  tree: Tree,
  { boot, manifest, leading }: Pick<VolumeParts, 'boot' | 'manifest' | 'leading'>,
): SpecialContents => ({
  leading,
  hidden: boot?.hidden ?? [],
  apart: [
    ...tree.onMedium.heldEntries(),
    ...(boot?.told.keys() ?? []),
    ...[boot?.catalog, manifest?.entry].filter((entry) => entry !== undefined),
  ],
});

/** First pass: names everything, measures everything, hands out all addresses. */
export const layOutVolume = (tree: Tree, request: TreeRequest, parts: VolumeParts): Volume => {
  const names = nameVolume(tree, request, parts.udf);
  const inodes = numberInodes(tree, names.order.directories);
  parts.manifest?.measure(() => listedEntries({ ...names, tree, request, inodes, udfOptions: parts.udf }));
  const udfTree =
    parts.udf && names.udf && new UdfTree({ tree, options: parts.udf, inodes, hierarchy: names.udf });
  if (udfTree) {
    checkLinks(udfTree);
    checkDirectoryBytes(udfTree);
  }
  const isEmbedded = (entry: number): boolean => !request.iso9660 && udfTree?.isEmbedded(entry) === true;
  const { contents, region } = contentsOf(tree, names.order, inodes, {
    ...specialContents(tree, parts),
    isEmbedded,
  });
  if (names.iso) checkSizes(tree, request.level, contents.entries);
  const iso = names.iso && measureIsoVolume(tree, request, { names: names.iso, contents });
  const udf =
    parts.udf &&
    udfTree &&
    measureUdfVolume({ ...parts, request, options: parts.udf, udf: udfTree, contents });
  const boot = bootRegions(parts.boot, {
    tree,
    contents,
    seed: parts.identity,
    keptCatalog: parts.keptCatalog,
  });
  const manifest = parts.manifest?.region(contents);
  const held = heldRegion(tree, contents, isEmbedded);
  const first = request.startBlock;
  const laidOut = allocate(first, regionsOf({ iso, udf, boot, manifest, held }, region, first));
  return { tree, request, iso, udf, contents, ...laidOut };
};
