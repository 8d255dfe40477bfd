import { type ErrorItem, SpindleError } from '../errors.js';
import { MOST_DIRECTORIES } from '../iso9660/path-table.js';
import { LONGEST_SECTION, MOST_EXTENTS } from './file-extents.js';
import { LONGEST_DIRECTORY } from './longest-directory.js';
import type { TreeRequest } from './master-request.js';
import type { Tree } from './tree.js';
import type { UdfOptions } from './udf-options.js';
import type { UdfTree } from './udf-tree.js';

/**
 * Refuses files that no extents of the level can hold, all of them at once. ECMA-119 §10.1 and §10.2: at levels 1 and 2 a
 * file is one section.
 */
export const checkSizes = (tree: Tree, level: TreeRequest['level'], contents: readonly number[]): void => {
  const most = LONGEST_SECTION * (level === 3 ? MOST_EXTENTS : 1);
  const items = contents
    .filter((entry) => tree.contentBytes(entry) > most)
    .map((entry) => ({
      pointer: tree.path(entry),
      message: `has ${tree.contentBytes(entry)} bytes; ISO 9660 level ${level} holds files of at most ${most} bytes`,
    }));
  if (items.length > 0)
    throw new SpindleError('source-too-large', `${items[0]?.pointer ?? ''} ${items[0]?.message ?? ''}.`, {
      errors: items,
    });
};

/** Refuses more directories than a path table can number. */
export const checkDirectories = (directories: readonly number[]): void => {
  if (directories.length > MOST_DIRECTORIES)
    throw new SpindleError(
      'image-too-large',
      `The tree has ${directories.length} directories; ISO 9660 numbers no more than ${MOST_DIRECTORIES}.`,
    );
};

/** Throws one error with all that is wrong. */
const refuseTooLarge = (items: readonly ErrorItem[]): void => {
  const [first] = items;
  if (first)
    throw new SpindleError('image-too-large', `${first.pointer} ${first.message}.`, { errors: [...items] });
};

/** Refuses directories of UDF that would not be read again; all of them at once. */
export const checkDirectoryBytes = (udf: Pick<UdfTree, 'tree' | 'directories' | 'directoryBytes'>): void => {
  const items = udf.directories
    .filter((directory) => udf.directoryBytes(directory) > LONGEST_DIRECTORY)
    .map((directory) => ({
      pointer: udf.tree.path(directory),
      message: `has names of ${udf.directoryBytes(directory)} bytes; a directory of UDF may have ${LONGEST_DIRECTORY}`,
    }));
  refuseTooLarge(items);
};

/** ECMA-167 4/14.9.6: the count of links has 16 bits. */
const MOST_LINKS = 0xffff;

/** What a client gives to entries of a draft that only later revisions of UDF have a place for. */
const WITH_REVISION = [
  {
    what: 'named streams',
    isThere: (tree: Tree) => tree.streamEntries.length > 0,
    isHeld: ({ rules }: UdfOptions) => rules.extended,
    since: '2.00',
  },
  {
    what: 'real-time files',
    isThere: (tree: Tree) => tree.realTimeEntries().length > 0,
    isHeld: ({ rules }: UdfOptions) => rules.realTime,
    since: '2.01',
  },
] as const;

/** @throws SpindleError `invalid-request` */
export const checkRevision = (tree: Tree, udf: UdfOptions | undefined): void => {
  for (const { what, isThere, isHeld, since } of WITH_REVISION)
    if (!(udf && isHeld(udf)) && isThere(tree))
      throw new SpindleError(
        'invalid-request',
        `The draft has ${what}, which need UDF ${since} or later: have its volume have that, or leave them out.`,
      );
};

/** Refuses directories with more subdirectories, and files with more names, than an entry of UDF can count; all of them at once. */
export const checkLinks = (udf: UdfTree): void => {
  const items: ErrorItem[] = [];
  const check = (entry: number): void => {
    const links = udf.links(entry);
    if (links <= MOST_LINKS) return;
    const what = udf.tree.isDirectory(entry) ? 'subdirectories' : 'names';
    const message = `has ${links} links by its ${what}; UDF counts no more than ${MOST_LINKS}`;
    items.push({ pointer: udf.tree.path(entry), message });
  };
  for (const directory of udf.directories) {
    check(directory);
    for (const child of udf.children(directory))
      if (!udf.tree.isDirectory(child) && udf.isFirstName(child)) check(child);
  }
  refuseTooLarge(items);
};
