import { SpindleError } from '../errors.js';
import { ROOT, type Tree } from './tree.js';

/** The entry at a path on the disc, which the request names. */
export const entryAt = (tree: Tree, path: string): number => {
  let entry = ROOT;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const found = tree.childrenOf(entry).find((child) => tree.name(child) === name);
    if (found === undefined) throw new SpindleError('invalid-request', `There is no ${path} on the disc.`);
    entry = found;
  }
  return entry;
};

/** Whether an entry is at one of these paths or beneath it. */
export const beneath = (tree: Tree, paths: readonly string[]): ((entry: number) => boolean) => {
  if (paths.length === 0) return () => false;
  const tops = new Set(paths.map((path) => entryAt(tree, path)));
  return (entry) => {
    let at = entry;
    while (at !== ROOT && !tops.has(at)) at = tree.parent(at);
    return tops.has(at);
  };
};
