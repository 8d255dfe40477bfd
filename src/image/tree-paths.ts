import { SpindleError } from '../errors.js';
import { ROOT, type Tree } from './tree.js';

/** The entry at a path on the disc; undefined where there is none. */
export const findEntry = (tree: Tree, path: string): number | undefined => {
  let entry: number | undefined = ROOT;
  for (const name of path.split('/').filter((part) => part !== '')) entry = tree.child(entry ?? -1, name);
  return entry;
};

/** The entry at a path on the disc, which the request names. */
export const entryAt = (tree: Tree, path: string): number => {
  const entry = findEntry(tree, path);
  if (entry === undefined) throw new SpindleError('invalid-request', `There is no ${path} on the disc.`);
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
