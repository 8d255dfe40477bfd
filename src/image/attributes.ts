import { constants } from 'node:fs';

import { type ErrorItem, SpindleError } from '../errors.js';
import { STAT } from '../os/stat.js';
import type { TreeRequest } from './master-request.js';
import type { Tree } from './tree.js';
import { findEntry } from './tree-paths.js';

/** Of a mode: all but what kind of file it is. */
const PERMISSIONS = 0o7777;

const octal = (mode: string | undefined): number | undefined =>
  mode === undefined ? undefined : Number.parseInt(mode, 8);

const setOwners = (tree: Tree, { user, group, fileMode, directoryMode }: TreeRequest['posix']): void => {
  if ([user, group, fileMode, directoryMode].every((value) => value === undefined)) return;
  const modes = { file: octal(fileMode), directory: octal(directoryMode) };
  for (let entry = 0; entry < tree.size; entry++) {
    if (user !== undefined) tree.set(entry, STAT.uid, BigInt(user));
    if (group !== undefined) tree.set(entry, STAT.gid, BigInt(group));
    const kind = tree.kind(entry);
    const mode = kind === 'file' || kind === 'directory' ? modes[kind] : undefined;
    if (mode === undefined) continue;
    const type = tree.number(entry, STAT.mode) & constants.S_IFMT;
    tree.set(entry, STAT.mode, BigInt(type | (mode & PERMISSIONS)));
  }
};

const hideEntries = (tree: Tree, paths: readonly string[]): void => {
  const missing: ErrorItem[] = [];
  for (const path of paths) {
    const entry = findEntry(tree, path);
    if (entry === undefined)
      missing.push({ pointer: path, message: 'is not on the disc, so that it cannot be hidden' });
    else tree.hide(entry);
  }
  const [first] = missing;
  if (first)
    throw new SpindleError('source-missing', `${first.pointer} ${first.message}.`, { errors: missing });
};

/** Gives the entries what the request says of them in the place of their sources. */
export const setAttributes = (tree: Tree, { posix, hidden }: TreeRequest): void => {
  setOwners(tree, posix);
  hideEntries(tree, hidden);
};
