import { SpindleError } from '../errors.js';
import { type Shape } from './hierarchy.js';
import { ROOT, type Tree } from './tree.js';

/** ECMA-119 §6.8.2.1: the root directory is level 1. */
const DEEPEST_LEVEL = 8;

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

/**
 * The primary tree, no deeper than 8 levels: a directory below that moves to a directory in the root, where Rock Ridge finds it again
 * (RRIP 1.12 §4.1.5). What lies in it moves with it and is looked at from there.
 */
export const relocate = (tree: Tree, rockRidge: boolean): Relocation => {
  const children = new Map<number, readonly number[]>();
  const parents = new Map<number, number>();
  const moved: number[] = [];
  const visits: Visit[] = [{ directory: ROOT, level: 1 }];
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const { directory, level } = visit;
    const tooDeep = (entry: number): boolean => level === DEEPEST_LEVEL && tree.isDirectory(entry);
    const own = tree.childrenOf(directory);
    moved.push(...own.filter(tooDeep));
    children.set(
      directory,
      own.map((entry) => (tooDeep(entry) ? ~entry : entry)),
    );
    for (const entry of own)
      if (tree.isDirectory(entry)) visits.push({ directory: entry, level: tooDeep(entry) ? 3 : level + 1 });
  }
  if (moved.length === 0) return { children, parents, home: undefined };
  if (!rockRidge) refuseDeep(tree, moved);
  const home = tree.addDirectory(ROOT, homeName(tree));
  children.set(ROOT, [...(children.get(ROOT) ?? []), home]);
  children.set(home, moved);
  for (const entry of moved) parents.set(entry, home);
  return { children, parents, home };
};
