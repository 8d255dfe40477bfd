import { STAT } from '../os/stat.js';
import type { Tree } from './tree.js';

/** Which entries are one file: hard links, recorded once and counted in each. */
export interface Inodes {
  /** The first entry of those that are the same file; most are their own. */
  first(entry: number): number;
  /** A number of its own for each file, counted in the order of the tree: it does not betray nor depend on where it came from. */
  serial(entry: number): number;
  /** Names that a file has in the tree; of a directory 2 and its subdirectories. */
  links(entry: number): number;
}

/** Numbers the entries in the order of `directories` and their children. */
export const numberInodes = (tree: Tree, directories: Iterable<number>): Inodes => {
  const firsts = new Map<string, number>();
  const firstOf = new Map<number, number>();
  const counts = new Map<number, number>();
  const serials = new Uint32Array(tree.size + 1);
  let last = 1;
  const link = (entry: number): void => {
    const identity = tree.identity(entry);
    const first = firsts.get(identity);
    firsts.set(identity, first ?? entry);
    if (first !== undefined) firstOf.set(entry, first);
    counts.set(first ?? entry, (counts.get(first ?? entry) ?? 0) + 1);
    serials[entry] = first === undefined ? last++ : (serials[first] ?? 0);
  };
  const subdirectories = new Uint32Array(tree.size + 1);
  const number = (entry: number): void => {
    if (serials[entry] !== 0) return;
    if (tree.isDirectory(entry) || tree.number(entry, STAT.links) < 2) serials[entry] = last++;
    else link(entry);
  };
  for (const directory of directories) {
    if (serials[directory] === 0) serials[directory] = last++;
    for (const entry of tree.childrenOf(directory)) {
      number(entry);
      if (tree.isDirectory(entry)) subdirectories[directory] = (subdirectories[directory] ?? 0) + 1;
    }
  }
  const first = (entry: number): number => firstOf.get(entry) ?? entry;
  return {
    first,
    serial: (entry) => serials[entry] ?? 0,
    links: (entry) =>
      tree.isDirectory(entry) ? 2 + (subdirectories[entry] ?? 0) : (counts.get(first(entry)) ?? 1),
  };
};
