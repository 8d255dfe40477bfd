import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillFolder } from './sources.js';
import { entriesOf } from './trees.js';

/** Files by their path. */
export type Files = Record<string, string>;

export const filesOf = (folder: string): Files =>
  Object.fromEntries(
    entriesOf(folder)
      .filter(({ kind }) => kind === 'file')
      .map(({ path, content }) => [path, content]),
  );

/** The files of several folders as one, later ones over earlier ones. */
export const filesOfAll = (folders: readonly string[]): Files =>
  Object.assign({}, ...folders.map(filesOf)) as Files;

/** 2001-02-03. */
const FIRST_DAY = 981_158_400;
const DAY = 86_400;

/**
 * Folders beneath a root, each with files that all have and some of its own, and each of another day: genisoimage takes a file of the
 * same path, length and time for the one that it has recorded.
 */
export const makeDatedFolders = (root: string, names: readonly string[]): void => {
  for (const [index, name] of names.entries()) {
    const folder = fillFolder(root, name);
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'A name with blanks and Ünicode'), `of ${name}`);
    const day = FIRST_DAY + (index + 1) * DAY;
    for (const path of Object.keys(filesOf(folder)))
      utimesSync(Buffer.from(`${folder}/${path}`, 'latin1'), day, day);
  }
};
