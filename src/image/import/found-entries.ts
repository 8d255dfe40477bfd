import type { ImportedFileSystem } from './file-systems.js';
import type { ImportedEntry } from './imported-entry.js';

/** How far the reading of a tree is. */
export interface FoundEntries {
  readonly fileSystem: ImportedFileSystem;
  readonly files: number;
  readonly directories: number;
  /** Of the last one; what it costs is for who tells it. */
  readonly path: () => string;
}

export type OnEntry = (found: FoundEntries) => void;

const pathIn = (entries: readonly ImportedEntry[], last: ImportedEntry): string => {
  const names: string[] = [];
  for (let entry: ImportedEntry | undefined = last; entry && entry.id !== 0; entry = entries[entry.parent])
    names.unshift(entry.name);
  return `/${names.join('/')}`;
};

/** Takes what is found of a tree, a directory before what lies in it, into `entries`, which their ids count, and tells of each. */
export const taking = (
  entries: ImportedEntry[],
  fileSystem: ImportedFileSystem,
  onEntry: OnEntry | undefined,
): ((entry: ImportedEntry) => void) => {
  let [files, directories] = [0, 0];
  return (entry) => {
    entries.push(entry);
    if (entry.kind === 'directory') directories += 1;
    else files += 1;
    onEntry?.({ fileSystem, files, directories, path: () => pathIn(entries, entry) });
  };
};
