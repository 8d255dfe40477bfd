import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { NameChange } from '../../../src/image/name-changes.js';
import { pathBytes } from '../../../src/os/path-bytes.js';
import { announcedPaths } from '../announced-paths.js';
import { entriesOf, type Entry } from '../trees.js';
import type { Conforming } from './volumes.js';

/** What of an entry is compared beside its name and kind: bytes of files, times but those of links, modes but those of links, targets. */
export type Facet = 'contents' | 'times' | 'modes' | 'links';

const EMPTY = createHash('sha256').digest('hex');

/** Links are something to Rock Ridge alone; ISO 9660 beside it has empty files, and elsewhere they are left out. */
const asHeld = (entry: Entry, { view, request }: Conforming): Entry[] => {
  if (entry.kind !== 'link' || view === 'rock-ridge') return [entry];
  return view === 'iso9660' && request.rockRidge ? [{ ...entry, kind: 'file', content: EMPTY }] : [];
};

/** How somebody looks at a volume. */
export interface Look {
  /** The names that mastering announced as changed. */
  readonly changes: readonly NameChange[];
  /** Of Rock Ridge names are announced that Linux alone cuts; others show them whole. */
  readonly cutByLinux: boolean;
  /** What it tells of the bytes of a file, if not their SHA-256. */
  readonly digest?: ((bytes: Buffer) => string) | undefined;
}

/** What a volume must show of a tree, under the names that were announced. */
export const expectedOf = (
  tree: string,
  volume: Conforming,
  { changes, cutByLinux, digest }: Look,
): Entry[] => {
  const announced = volume.view === 'rock-ridge' && !cutByLinux ? [] : changes;
  const pathOf = announcedPaths(announced, volume.view);
  const contentOf = ({ path, kind, content }: Entry): string =>
    digest && kind === 'file' ? digest(readFileSync(Buffer.from(`${tree}/${path}`, 'latin1'))) : content;
  return entriesOf(tree)
    .map((entry) => ({ ...entry, content: contentOf(entry) }))
    .flatMap((entry) => asHeld(entry, volume))
    .map((entry) => ({ ...entry, path: Buffer.from(pathBytes(pathOf(entry.path))).toString('latin1') }));
};

/** One line per entry, with what is compared. */
export const linesOf = (entries: readonly Entry[], facets: readonly Facet[]): string[] => {
  const shows = (facet: Facet): boolean => facets.includes(facet);
  return entries
    .map(({ path, kind, content, mtime, mode }) => {
      const isLink = kind === 'link';
      return [
        path,
        kind,
        shows(isLink ? 'links' : 'contents') ? content : '',
        shows('times') && !isLink ? mtime : '',
        shows('modes') && !isLink ? mode.toString(8) : '',
      ].join(' | ');
    })
    .sort();
};
