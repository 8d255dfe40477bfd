import { createHash } from 'node:crypto';
import type { ClaimedImage } from './claims.js';
import type { Directory, DirectoryRecord } from './records.js';
import { BLOCK, need, type TreeName } from './rules.js';
import type { Posix } from './system-use.js';

export interface StrictEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'special';
  readonly hidden: boolean;
  readonly mtime: number;
  /** SHA-256 of a file, target of a link. */
  readonly content: string;
  readonly posix: Posix | undefined;
}

/** A tree whose directories were read, by their extents. */
interface Tree {
  readonly image: ClaimedImage;
  readonly name: TreeName;
  readonly directories: ReadonlyMap<number, Directory>;
}

/** At least one record: the sections of a file, or the only record of anything else. */
type Sections = [DirectoryRecord, ...DirectoryRecord[]];

const FORMAT = 0o170000;
const DIRECTORY = 0o040000;
const FILE = 0o100000;
const KINDS = new Map<number, StrictEntry['kind']>([
  [DIRECTORY, 'directory'],
  [FILE, 'file'],
  [0o120000, 'link'],
]);

const DECODERS: Readonly<Record<TreeName, (id: string) => string>> = {
  primary: (id) => id,
  joliet: (id) => Buffer.from(id, 'latin1').swap16().toString('utf16le'),
  enhanced: (id) => Buffer.from(id, 'latin1').toString(),
};

const nameOf = ({ id, posix }: DirectoryRecord, tree: TreeName): string =>
  posix && posix.name !== '' ? posix.name : DECODERS[tree](id);

const sectionsOf = (children: readonly DirectoryRecord[]): Sections[] => {
  const files: Sections[] = [];
  for (const [index, record] of children.entries()) {
    if (children[index - 1]?.continues) files.at(-1)!.push(record);
    else files.push([record]);
  }
  need(children.at(-1)?.continues !== true, '9.1.6: the last section of a file is there');
  return files;
};

const digestOf = (image: ClaimedImage, sections: Sections): string => {
  const hash = createHash('sha256');
  for (const { extent, bytes, continues } of sections) {
    if (continues) need(bytes % BLOCK === 0, '6.5.1: all sections but the last are whole blocks');
    if (bytes > 0) hash.update(image.claimAt(extent, bytes, 'file'));
  }
  return hash.digest('hex');
};

/** Where the directory lies that a record is of; RRIP 4.1.5 moves those that are too deep. */
const directoryOf = ({ directory, extent, posix }: DirectoryRecord): number | undefined =>
  posix?.child ?? (directory ? extent : undefined);

const entryOf = (tree: Tree, sections: Sections, path: string): StrictEntry => {
  const [record] = sections;
  const { posix, hidden, seconds } = record;
  const directory = directoryOf(record) !== undefined;
  const type = posix ? posix.mode & FORMAT : directory ? DIRECTORY : FILE;
  need((type === DIRECTORY) === directory, `RRIP 4.1.1: the mode of ${path} agrees with its flags`);
  const kind = KINDS.get(type) ?? 'special';
  const content = kind === 'file' ? digestOf(tree.image, sections) : (posix?.target ?? '');
  return { path, kind, hidden, mtime: seconds, content, posix };
};

const checkMoved = ({ directories }: Tree, child: number | undefined, parent: number): void => {
  if (child === undefined) return;
  need(directories.get(child)?.parent.posix?.parent === parent, 'RRIP 4.1.5.2: PL is the parent');
};

/** What is in a directory and below it, as a reader sees it who knows Rock Ridge where there is any. */
export const viewOf = (tree: Tree, extent: number, path = ''): StrictEntry[] =>
  sectionsOf(tree.directories.get(extent)?.children ?? [])
    .filter(([record]) => !record.posix?.moved)
    .flatMap((sections) => {
      const [record] = sections;
      const here = path + nameOf(record, tree.name);
      const entry = entryOf(tree, sections, here);
      checkMoved(tree, record.posix?.child, extent);
      const below = directoryOf(record);
      return below === undefined ? [entry] : [entry, ...viewOf(tree, below, `${here}/`)];
    });
