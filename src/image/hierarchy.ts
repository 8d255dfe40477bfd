import { compareStrings, nameEntries, type Naming } from '../iso9660/names.js';
import { ROOT, type Tree } from './tree.js';

/**
 * One directory tree of a volume, as it will be recorded. Children are entries of the tree; the complement `~d` stands for the place
 * from which directory d was relocated.
 */
export interface Hierarchy {
  /** Sorted as the standard wants. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  /** The directory that holds a directory here. */
  parent(directory: number): number;
  identifier(child: number): string;
  /** Directories in the order of the path table: the number of a directory is its index + 1. */
  readonly directories: readonly number[];
  /** What its entries, and their named streams, are named by. */
  readonly naming: Naming;
}

/** Which children each directory has before anything is named, and where directories lie that were moved. */
export interface Shape {
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly parents: ReadonlyMap<number, number>;
}

/** The entry that a child stands for. */
export const entryOf = (child: number): number => (child < 0 ? ~child : child);

/** Sorts every directory by name, so that nothing depends on the order in which a file system lists it. */
export const sortTree = (tree: Tree): void => {
  for (const directory of tree.directories())
    tree.childrenOf(directory).sort((a, b) => compareStrings(tree.name(a), tree.name(b)));
};

/** ECMA-119 §6.9.1: directories level by level, within a level by the number of their parent, then by identifier. */
const pathTableOrder = (tree: Tree, children: ReadonlyMap<number, readonly number[]>): number[] => {
  const order = [ROOT];
  for (const directory of order)
    for (const child of children.get(directory) ?? [])
      if (child >= 0 && tree.isDirectory(child)) order.push(child);
  return order;
};

/** What children are called where that is not the name of their entry. A column, but only once a name changes: most Joliet names do not. */
class ChangedNames {
  #column: (string | undefined)[] | undefined;
  readonly #places = new Map<number, string>();
  readonly #tree: Tree;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  set(child: number, identifier: string): void {
    if (child < 0) this.#places.set(child, identifier);
    else (this.#column ??= new Array<string | undefined>(this.#tree.size))[child] = identifier;
  }

  identifier(child: number): string {
    const changed = child < 0 ? this.#places.get(child) : this.#column?.[child];
    return changed ?? this.#tree.name(entryOf(child));
  }
}

/** Names and sorts the children of every directory. */
export const nameHierarchy = (tree: Tree, { children, parents }: Shape, naming: Naming): Hierarchy => {
  const changed = new ChangedNames(tree);
  const sorted = new Map<number, readonly number[]>();
  for (const [directory, unsorted] of children) {
    const named = unsorted.map((child) => ({
      name: tree.name(entryOf(child)),
      directory: tree.isDirectory(entryOf(child)),
    }));
    const identifiers = nameEntries(named, naming);
    for (const [index, child] of unsorted.entries()) {
      const identifier = identifiers[index] ?? '';
      if (identifier !== named[index]?.name) changed.set(child, identifier);
    }
    const keys = identifiers.map(naming.sortKey);
    const order = unsorted.map((_, index) => index);
    order.sort((a, b) => compareStrings(keys[a] ?? '', keys[b] ?? ''));
    sorted.set(
      directory,
      order.map((index) => unsorted[index] ?? 0),
    );
  }
  return {
    children: sorted,
    parent: (directory) => parents.get(directory) ?? tree.parent(directory),
    identifier: (child) => changed.identifier(child),
    directories: pathTableOrder(tree, sorted),
    naming,
  };
};

/** The whole tree without what a file system cannot hold. */
export const shapeOf = (tree: Tree, holds: (entry: number) => boolean): Shape => ({
  children: new Map(
    Array.from(tree.directories(), (directory) => [directory, tree.childrenOf(directory).filter(holds)]),
  ),
  parents: new Map(),
});
