import type { Hierarchy } from './hierarchy.js';
import type { Inodes } from './inodes.js';
import { type ShownFile, shownFiles, type VolumeNames } from './shown-files.js';
import type { TreeRequest } from './master-request.js';
import { recordedStreamNames } from './streams.js';
import { ROOT, type Tree } from './tree.js';
import type { UdfOptions } from './udf-options.js';

/** What a manifest has a line of: a file, or a named stream of a file or directory, which `entry` is then. */
export interface ListedEntry extends ShownFile {
  /** Its place among those of the entry, and its name. */
  readonly stream?: { readonly index: number; readonly name: string };
}

interface ListedVolume extends VolumeNames {
  readonly tree: Tree;
  readonly request: TreeRequest;
  readonly inodes: Inodes;
  readonly udfOptions: Pick<UdfOptions, 'rules'> | undefined;
}

type Named = Pick<ListedVolume, 'tree' | 'inodes'> & Pick<Hierarchy, 'naming'>;

/** Names of one file have one file's streams. */
function* streamsOf({ tree, inodes, naming }: Named, child: number, path: string): Generator<ListedEntry> {
  const entry = tree.isDirectory(child) ? child : inodes.first(child);
  const names = recordedStreamNames(tree.streamsOf(entry), naming);
  for (const [index, name] of names.entries()) yield { entry, path, stream: { index, name } };
}

/** All streams, by the paths of UDF: nothing else shows them. */
function* shownStreams(volume: ListedVolume, udf: Hierarchy): Generator<ListedEntry> {
  const { tree, inodes } = volume;
  const named = { tree, inodes, naming: udf.naming };
  const directories: [directory: number, path: string][] = [[ROOT, '']];
  yield* streamsOf(named, ROOT, '');
  for (const [directory, path] of directories)
    for (const child of udf.children.get(directory) ?? []) {
      const found = path + udf.identifier(child);
      if (tree.isDirectory(child)) directories.push([child, `${found}/`]);
      yield* streamsOf(named, child, found);
    }
}

/** Everything that a manifest lists: files first, each with all of its names. */
export function* listedEntries(volume: ListedVolume): Generator<ListedEntry> {
  const { tree, request, udf, udfOptions } = volume;
  yield* shownFiles(tree, request, volume);
  if (udf && udfOptions?.rules.extended) yield* shownStreams(volume, udf);
}
