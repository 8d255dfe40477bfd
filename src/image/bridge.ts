import { allocate, type Reach, type Region, type Run } from './allocator.js';
import { type Contents, contentsOf } from './contents.js';
import { sortTree } from './hierarchy.js';
import { numberInodes } from './inodes.js';
import { isoDescriptorRegion, isoHierarchyRegions, systemAreaRegion } from './iso-metadata.js';
import { type IsoVolume, measureIsoVolume, nameIsoVolume } from './iso-volume.js';
import type { TreeRequest } from './master-request.js';
import type { Tree } from './tree.js';
import { checkDirectories, checkSizes } from './volume-limits.js';

/** Blocks after the last content: some drives read ahead into the run-out of a CD track and fail there. Others write as many. */
const PADDING_BLOCKS = 150;

/** A volume of which every address is known; nothing of it is written yet. All its file systems point to the same contents. */
export interface Volume {
  readonly tree: Tree;
  readonly request: TreeRequest;
  readonly iso: IsoVolume;
  readonly contents: Contents;
  /** In the order of their addresses, metadata and contents. */
  readonly runs: readonly Run[];
  readonly reach: Reach;
}

/** First pass: names everything, measures everything, hands out all addresses. */
export const layOutVolume = (tree: Tree, request: TreeRequest): Volume => {
  sortTree(tree);
  const names = nameIsoVolume(tree, request);
  checkDirectories(names.primary.directories);
  const inodes = numberInodes(tree, names.primary.directories);
  const { contents, region } = contentsOf(tree, names.primary, inodes);
  checkSizes(tree, request.level, contents.entries);
  const iso = measureIsoVolume(tree, request, { names, contents });
  const regions: Region[] = [
    systemAreaRegion,
    isoDescriptorRegion(iso),
    ...isoHierarchyRegions(iso),
    region,
    { blocks: PADDING_BLOCKS },
  ];
  return { tree, request, iso, contents, ...allocate(0, regions) };
};
