import { SpindleError } from '../errors.js';
import { type Shape, shapeOf } from './hierarchy.js';
import type { TreeRequest } from './master-request.js';
import { ROOT, type Tree } from './tree.js';

/** ECMA-119 §6.8.2.1: the root directory is level 1. */
const DEEPEST_LEVEL = 8;

/** In the directory of relocated directories, which lies in the root. */
const LEVEL_OF_MOVED = 3;

/** Names that readers hide when nothing but relocated directories lies there. */
const HIDDEN_NAMES = ['rr_moved', '.rr_moved'];

export interface Relocation extends Shape {
  /** The directory that holds the relocated ones; undefined where nothing had to move. */
  readonly home: number | undefined;
}

const homeName = (tree: Tree): string => {
  const taken = new Set(tree.childrenOf(ROOT).map((entry) => tree.name(entry)));
  for (let number = 0; ; number++) {
    const name = HIDDEN_NAMES[number] ?? `rr_moved_${number}`;
    if (!taken.has(name)) return name;
  }
};

const refuseDeep = (tree: Tree, deep: readonly number[]): never => {
  const items = deep.map((entry) => ({
    pointer: tree.path(entry),
    message: `lies deeper than ${DEEPEST_LEVEL} levels of directories, which only Rock Ridge can record`,
  }));
  throw new SpindleError('name-invalid', `${tree.path(deep[0] ?? ROOT)} ${items[0]?.message ?? ''}.`, {
    errors: items,
  });
};

interface Visit {
  readonly directory: number;
  readonly level: number;
}

/** Goes through all directories from the root down; what lies too deep is looked at again from where it moves to. */
const findDeep = (tree: Tree, children: Map<number, readonly number[]>): number[] => {
  const moved: number[] = [];
  const visits: Visit[] = [{ directory: ROOT, level: 1 }];
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const { directory, level } = visit;
    const placed: number[] = [];
    for (const entry of tree.childrenOf(directory)) {
      const tooDeep = level === DEEPEST_LEVEL && tree.isDirectory(entry);
      placed.push(tooDeep ? ~entry : entry);
      if (tooDeep) moved.push(entry);
      if (tree.isDirectory(entry))
        visits.push({ directory: entry, level: tooDeep ? LEVEL_OF_MOVED : level + 1 });
    }
    children.set(directory, placed);
  }
  return moved;
};

/**
 * The primary tree, no deeper than 8 levels: a directory below that moves to a directory in the root, where Rock Ridge
 * finds it again (RRIP 1.12 §4.1.5). What lies in it moves with it.
 */
export const relocate = (
  tree: Tree,
  { rockRidge, relaxed }: Pick<TreeRequest, 'rockRidge' | 'relaxed'>,
): Relocation => {
  if (relaxed.includes('deep-paths')) return { ...shapeOf(tree, () => true), home: undefined };
  const children = new Map<number, readonly number[]>();
  const moved = findDeep(tree, children);
  if (moved.length === 0) return { children, parents: new Map(), home: undefined };
  if (!rockRidge) refuseDeep(tree, moved);
  const home = tree.addDirectory(ROOT, homeName(tree));
  children.set(ROOT, [...(children.get(ROOT) ?? []), home]);
  children.set(home, moved);
  return { children, parents: new Map(moved.map((entry) => [entry, home])), home };
};
