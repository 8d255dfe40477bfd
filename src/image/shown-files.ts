import type { Hierarchy } from './hierarchy.js';
import { ENHANCED_NAMING, type IsoNames, primaryNaming } from './iso-volume.js';
import type { TreeRequest } from './master-request.js';
import { ROOT, type Tree } from './tree.js';

/** Named trees of a volume. */
export interface VolumeNames {
  readonly iso: IsoNames | undefined;
  readonly udf: Hierarchy | undefined;
}

/** A file as readers of the disc find it. */
export interface ShownFile {
  readonly entry: number;
  /** From the root of the disc, without leading `/`. */
  readonly path: string;
}

/** A tree as one file system shows it. */
interface ShownTree {
  readonly children: (directory: number) => readonly number[];
  readonly name: (child: number) => string;
}

const identifiersOf = (
  hierarchy: Hierarchy,
  shown: (name: string) => string = (name) => name,
): ShownTree => ({
  children: (directory) => hierarchy.children.get(directory) ?? [],
  name: (child) => shown(hierarchy.identifier(child)),
});

/** Rock Ridge before UDF before Joliet: what shows most of a disc that has several. */
const bestTree = (tree: Tree, request: TreeRequest, { iso, udf }: VolumeNames): ShownTree | undefined => {
  if (iso && request.rockRidge)
    return { children: (directory) => tree.childrenOf(directory), name: (child) => tree.name(child) };
  if (udf) return identifiersOf(udf);
  if (iso?.joliet) return identifiersOf(iso.joliet);
  if (iso?.enhanced) return identifiersOf(iso.enhanced, ENHANCED_NAMING.shown);
  return iso && identifiersOf(iso.primary, primaryNaming(request).shown);
};

/** All names of regular files, in the file system that shows most of them. */
export function* shownFiles(tree: Tree, request: TreeRequest, names: VolumeNames): Generator<ShownFile> {
  const shown = bestTree(tree, request, names);
  if (!shown) return;
  const directories: [directory: number, path: string][] = [[ROOT, '']];
  for (const [directory, path] of directories)
    for (const child of shown.children(directory)) {
      // What stands for a directory that was relocated is no file.
      if (child < 0) continue;
      const found = path + shown.name(child);
      if (tree.isDirectory(child)) directories.push([child, `${found}/`]);
      else if (tree.kind(child) === 'file') yield { entry: child, path: found };
    }
}
