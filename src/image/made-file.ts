import { SpindleError } from '../errors.js';
import { ROOT, type Tree } from './tree.js';

const child = (tree: Tree, directory: number, name: string): number | undefined =>
  tree.childrenOf(directory).find((entry) => tree.name(entry) === name);

/** Adds a file of so many bytes that no source gives, with the directories on the way to it. `what` names it where its place is taken. */
export const addMadeFile = (
  tree: Tree,
  path: string,
  { bytes, what }: { readonly bytes: number; readonly what: string },
): number => {
  const names = path.split('/').filter((name) => name !== '');
  let directory = ROOT;
  for (const name of names.slice(0, -1)) {
    const found = child(tree, directory, name);
    const next = found ?? tree.addDirectory(directory, name);
    if (found === undefined) tree.adopt(next);
    directory = next;
  }
  const name = names.at(-1);
  if (name === undefined || !tree.isDirectory(directory) || child(tree, directory, name) !== undefined)
    throw new SpindleError('name-collision', `Something else is at ${path}, where ${what} is to be.`);
  const entry = tree.addFile(directory, name, bytes);
  tree.adopt(entry);
  return entry;
};
