import type { Naming } from '../iso9660/names.js';
import { STAT } from '../os/stat.js';
import { ALLOCATION_EXTENT_ROOM } from '../udf/allocation-extent.js';
import { blocksFor } from '../udf/block.js';
import { CREATION_ATTRIBUTE_BYTES } from '../udf/extended-attributes.js';
import { type Chain, chainOf, LONGEST_EXTENT, longAllocation, shortAllocation } from '../udf/extents.js';
import { entryRoom } from '../udf/file-entry.js';
import { fileIdentifierEnd } from '../udf/file-identifier.js';
import { udfNaming } from '../udf/names.js';
import { encodePath } from '../udf/path-components.js';
import { type Hierarchy, nameHierarchy, shapeOf } from './hierarchy.js';
import type { Inodes } from './inodes.js';
import { type NamedStream, NO_STREAMS, recordedStreamNames } from './streams.js';
import { ROOT, type Tree } from './tree.js';
import { beneath } from './tree-paths.js';
import type { UdfOptions } from './udf-options.js';

/** OSTA UDF 2.3.4.3: ids below 16 are not for files. */
const FIRST_UNIQUE_ID = 16;

/** Something of the metadata that has blocks of its own; they lie in the order in which `UdfTree.items` tells of them. */
export type Item =
  | { readonly kind: 'file-set'; readonly blocks: number }
  | { readonly kind: 'entry'; readonly entry: number; readonly blocks: number }
  | { readonly kind: 'allocation'; readonly entry: number; readonly index: number; readonly blocks: number }
  | { readonly kind: 'directory'; readonly entry: number; readonly blocks: number }
  | { readonly kind: 'stream-directory'; readonly entry: number; readonly blocks: number }
  | { readonly kind: 'stream-names'; readonly entry: number; readonly blocks: number }
  | { readonly kind: 'stream'; readonly entry: number; readonly index: number; readonly blocks: number };

/** Names what UDF holds: directories, regular files, and links where they are wanted. */
export const nameUdfTree = (
  tree: Tree,
  { symbolicLinks }: UdfOptions,
  naming: Naming = udfNaming,
): Hierarchy => {
  const holds = (entry: number): boolean =>
    tree.isDirectory(entry) || tree.kind(entry) === 'file' || (symbolicLinks && tree.kind(entry) === 'link');
  return nameHierarchy(tree, shapeOf(tree, holds), naming);
};

export interface UdfTreeParts {
  readonly tree: Tree;
  readonly options: UdfOptions;
  readonly inodes: Inodes;
  readonly hierarchy: Hierarchy;
}

/** Where the names in a directory begin, behind that of its parent. */
const NAMES_AT = fileIdentifierEnd(0, '', false);

/** The tree as UDF records it: names, what is embedded, and where in the metadata each entry lies. Columns, since there may be many. */
export class UdfTree implements UdfTreeParts {
  readonly tree: Tree;
  readonly options: UdfOptions;
  readonly inodes: Inodes;
  readonly hierarchy: Hierarchy;
  readonly isRealTime: (entry: number) => boolean;
  readonly files: number;
  /** Blocks of all items. */
  readonly blocks: number;
  readonly nextUniqueId: number;
  /** Of the entry of a file, which its first name shares. */
  readonly #uniqueIds: Uint32Array;
  /** Blocks before the entry of a file. */
  readonly #positions: Uint32Array;
  readonly #directoryBytes = new Map<number, number>();
  readonly #links = new Map<number, Uint8Array>();
  readonly #streamNames = new Map<number, readonly string[]>();

  constructor(parts: UdfTreeParts) {
    const { tree, options } = parts;
    this.tree = tree;
    this.options = options;
    this.inodes = parts.inodes;
    this.hierarchy = parts.hierarchy;
    const isNamed = beneath(tree, options.realTimeFiles);
    this.isRealTime = (entry) => tree.isRealTime(entry) || isNamed(entry);
    this.#uniqueIds = new Uint32Array(tree.size);
    this.#positions = new Uint32Array(tree.size);
    this.nextUniqueId = this.#number();
    this.files = this.#countFiles();
    this.blocks = this.#place();
  }

  streamsOf(entry: number): readonly NamedStream[] {
    return this.options.rules.extended ? this.tree.streamsOf(entry) : NO_STREAMS;
  }

  children(directory: number): readonly number[] {
    return this.hierarchy.children.get(directory) ?? [];
  }

  get directories(): readonly number[] {
    return this.hierarchy.directories;
  }

  #countFiles(): number {
    let files = 0;
    for (const directory of this.directories)
      for (const child of this.children(directory)) if (!this.tree.isDirectory(child)) files++;
    return files;
  }

  /** OSTA UDF 3.2.1.1: every name gets an id of its own; that of a file is the id of its first name. */
  #number(): number {
    let next = this.options.continues?.within?.firstUniqueId ?? FIRST_UNIQUE_ID;
    for (const directory of this.directories) {
      let bytes = NAMES_AT;
      for (const child of this.children(directory)) {
        this.#uniqueIds[child] = next++;
        bytes = fileIdentifierEnd(bytes, this.hierarchy.identifier(child), this.options.wholeTags);
      }
      this.#directoryBytes.set(directory, bytes);
    }
    return next;
  }

  #place(): number {
    let next = 0;
    for (const item of this.items()) {
      if (item.kind === 'entry') this.#positions[item.entry] = next;
      next += item.blocks;
    }
    return next;
  }

  /** Everything of the metadata in its order. Both passes go through here, so that they cannot differ. */
  *items(): Generator<Item> {
    // A volume into which the tree goes has one already.
    if (!this.options.continues?.within) yield { kind: 'file-set', blocks: 2 };
    for (const directory of this.directories) {
      yield* this.#itemsOf(directory);
      for (const child of this.children(directory))
        if (!this.tree.isDirectory(child) && this.isFirstName(child)) yield* this.#itemsOf(child);
    }
  }

  *#itemsOf(entry: number): Generator<Item> {
    yield { kind: 'entry', entry, blocks: 1 };
    const continued = this.chain(entry).continued.length;
    for (let index = 0; index < continued; index++) yield { kind: 'allocation', entry, index, blocks: 1 };
    const bytes = this.directoryBytes(entry);
    if (bytes > 0 && !this.isEmbedded(entry)) yield { kind: 'directory', entry, blocks: blocksFor(bytes) };
    const streams = this.streamsOf(entry);
    if (streams.length === 0) return;
    yield { kind: 'stream-directory', entry, blocks: 1 };
    const names = this.streamNamesBlocks(entry);
    if (names > 0) yield { kind: 'stream-names', entry, blocks: names };
    for (const index of streams.keys()) yield { kind: 'stream', entry, index, blocks: 1 };
  }

  /** Whether the entry of a file is the one that stands for it: hard links share it. */
  isFirstName(child: number): boolean {
    return this.inodes.first(child) === child;
  }

  uniqueId(child: number): number {
    return this.#uniqueIds[child] ?? 0;
  }

  /** Blocks of metadata before the entry that a name leads to. */
  position(child: number): number {
    return this.#positions[this.tree.isDirectory(child) ? child : this.inodes.first(child)] ?? 0;
  }

  /** Creation is in extended attributes where the entry has no field for it. */
  hasCreationAttribute(entry: number): boolean {
    return !this.options.rules.extended && this.tree.number(entry, STAT.birthtimeNs) !== 0;
  }

  #room(entry: number): number {
    return entryRoom(this.options.rules, this.hasCreationAttribute(entry) ? CREATION_ATTRIBUTE_BYTES : 0);
  }

  /** Bytes of the names in a directory; 0 of anything else. */
  directoryBytes(entry: number): number {
    return this.#directoryBytes.get(entry) ?? 0;
  }

  /** What its streams are called. */
  streamNames(entry: number): readonly string[] {
    const known = this.#streamNames.get(entry);
    if (known) return known;
    const names = recordedStreamNames(this.streamsOf(entry), this.hierarchy.naming);
    if (names.length > 0) this.#streamNames.set(entry, names);
    return names;
  }

  streamNamesBytes(entry: number): number {
    const { wholeTags } = this.options;
    return this.streamNames(entry).reduce((end, name) => fileIdentifierEnd(end, name, wholeTags), NAMES_AT);
  }

  /** Whether the names of its streams need blocks of their own. */
  hasLongStreamNames(entry: number): boolean {
    return this.streamNamesBytes(entry) > this.#room(entry);
  }

  streamNamesBlocks(entry: number): number {
    return this.hasLongStreamNames(entry) ? blocksFor(this.streamNamesBytes(entry)) : 0;
  }

  streamBytes({ content }: NamedStream): number {
    return typeof content === 'number' ? this.tree.contentBytes(content) : content.length;
  }

  /** Blocks of metadata before the directory of the streams of a file. */
  streamPosition(entry: number): number {
    const names = this.isEmbedded(entry) ? 0 : blocksFor(this.directoryBytes(entry));
    return this.position(entry) + 1 + this.chain(entry).continued.length + names;
  }

  /** What a symbolic link contains. */
  linkBytes(entry: number): Uint8Array {
    const known = this.#links.get(entry);
    if (known) return known;
    const encoded = encodePath(this.tree.target(entry));
    this.#links.set(entry, encoded);
    return encoded;
  }

  /** Bytes of what the entry describes. */
  informationLength(entry: number): number {
    const kind = this.tree.kind(entry);
    if (kind === 'directory') return this.directoryBytes(entry);
    return kind === 'link' ? this.linkBytes(entry).length : this.tree.contentBytes(entry);
  }

  /** Whether what the entry describes stands in the entry itself. Links always do where they can: the kernel reads one block of them. */
  isEmbedded(entry: number): boolean {
    if (this.tree.onMedium.runs(entry)) return false;
    const wanted = this.tree.kind(entry) === 'link' || (this.options.embedFiles && !this.isRealTime(entry));
    const bytes = this.informationLength(entry);
    return wanted && bytes > 0 && bytes <= this.#room(entry);
  }

  /** Files are addressed in full where entries lie in another partition than they. */
  get addressesFilesInFull(): boolean {
    return this.options.view !== 'plain';
  }

  #extentCount(entry: number): number {
    const runs = this.tree.onMedium.runs(entry) ?? [{ bytes: this.tree.contentBytes(entry) }];
    return runs.reduce((count, { bytes }) => count + Math.ceil(bytes / LONGEST_EXTENT), 0);
  }

  /** How the allocation descriptors of a file are spread. */
  chain(entry: number): Chain {
    const count = this.#extentCount(entry);
    if (count <= 1) return { own: count, continued: [] };
    const { size } = this.addressesFilesInFull ? longAllocation : shortAllocation;
    const each = Math.floor(ALLOCATION_EXTENT_ROOM / size);
    return chainOf(count, Math.floor(this.#room(entry) / size), each);
  }

  /** ECMA-167 4/14.9.6: names that lead to it, that of a stream directory to its parent included. */
  links(entry: number): number {
    const streams = this.streamsOf(entry).length > 0 ? 1 : 0;
    if (!this.tree.isDirectory(entry)) return this.inodes.links(entry) + streams;
    // Rock Ridge counts a directory's own record too.
    return this.inodes.links(entry) - 1 + streams;
  }

  isRoot(entry: number): boolean {
    return entry === ROOT;
  }
}
