import { blocksFor } from '../udf/block.js';
import { ALIGNED_UNIT, clipsOf, isOfType, TYPE_INDICATOR } from '../video/bdmv.js';
import type { LeadingContents } from './contents.js';
import { ROOT, type Tree } from './tree.js';
import { findEntry } from './tree-paths.js';
import { VideoProblems } from './video-problems.js';

/** Blocks of an ECC cluster of BD, at which streams begin: nothing else has to be read with them. */
const CLUSTER_BLOCKS = 32;

/** Index, objects, playlists and clip informations are read whole; larger ones are something else. */
const LONGEST_DATABASE = 64 * 1024 * 1024;

const CODE = 'bdmv-invalid';

type Read = (entry: number) => Uint8Array;

interface Kind {
  readonly directory: string;
  readonly name: RegExp;
  readonly type: string;
}

const PLAYLISTS: Kind = { directory: 'PLAYLIST', name: /^\d{5}\.mpls$/, type: TYPE_INDICATOR.playList };
const CLIPS: Kind = { directory: 'CLIPINF', name: /^\d{5}\.clpi$/, type: TYPE_INDICATOR.clip };
const STREAMS = { directory: 'STREAM', name: /^\d{5}\.m2ts$/ };
const FIRST_FILES = [
  { name: 'index.bdmv', type: TYPE_INDICATOR.index },
  { name: 'MovieObject.bdmv', type: TYPE_INDICATOR.movieObject },
];

/** A folder BDMV while it is looked at. */
class MovieFolder {
  readonly #tree: Tree;
  readonly #read: Read;
  readonly problems = new VideoProblems();

  constructor(tree: Tree, read: Read) {
    this.#tree = tree;
    this.#read = read;
  }

  /** A file of the database, its contents; undefined where it is no such file. */
  database(path: string, type: string): { readonly entry: number; readonly bytes: Uint8Array } | undefined {
    const entry = findEntry(this.#tree, path);
    const bytes = entry === undefined ? undefined : this.#bytes(entry, path);
    if (entry === undefined) this.problems.add(path, 'is missing');
    if (entry === undefined || !bytes) return undefined;
    if (!isOfType(bytes, type)) this.problems.add(path, `does not begin with ${type}`);
    return { entry, bytes };
  }

  #bytes(entry: number, path: string): Uint8Array | undefined {
    const isUsable = this.#tree.kind(entry) === 'file' && this.#tree.contentBytes(entry) <= LONGEST_DATABASE;
    if (!isUsable) this.problems.add(path, 'is no regular file of sensible size');
    return isUsable ? this.#read(entry) : undefined;
  }

  /** Paths of the files of one kind, in the order of their names. */
  named({ directory, name }: Pick<Kind, 'directory' | 'name'>): string[] {
    const path = `/BDMV/${directory}`;
    const entry = findEntry(this.#tree, path);
    const names = (entry === undefined ? [] : this.#tree.childrenOf(entry))
      .map((child) => this.#tree.name(child))
      .filter((found) => name.test(found))
      .sort();
    if (names.length === 0)
      this.problems.add(path, entry === undefined ? 'is missing' : 'has no file that would be played');
    return names.map((found) => `${path}/${found}`);
  }

  /** Everything of the database has a copy, which players take where the original cannot be read. */
  backup(path: string, bytes: Uint8Array, type: string): void {
    const copy = path.replace('/BDMV/', '/BDMV/BACKUP/');
    const found = this.database(copy, type);
    if (found && Buffer.compare(found.bytes, bytes) !== 0) this.problems.add(copy, `is no copy of ${path}`);
  }

  stream(path: string): number | undefined {
    const entry = findEntry(this.#tree, path);
    if (entry === undefined) return undefined;
    const bytes = this.#tree.contentBytes(entry);
    if (this.#tree.kind(entry) !== 'file') this.problems.add(path, 'is no regular file');
    else if (bytes === 0 || bytes % ALIGNED_UNIT !== 0)
      this.problems.add(path, `has ${bytes} bytes, which is no positive multiple of ${ALIGNED_UNIT}`);
    return entry;
  }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));

/** Clips have an information and a stream, and playlists play clips that are there. */
const checkClips = (
  folder: MovieFolder,
  { played, clips, streams }: Readonly<Record<'played' | 'clips' | 'streams', ReadonlySet<string>>>,
): void => {
  for (const clip of [...played, ...streams])
    if (!clips.has(clip)) folder.problems.add(`/BDMV/CLIPINF/${clip}.clpi`, 'is missing');
  for (const clip of [...played, ...clips])
    if (!streams.has(clip)) folder.problems.add(`/BDMV/STREAM/${clip}.m2ts`, 'is missing');
};

/** Reads playlists and clip informations with their copies; returns their entries, and the clips that are played. */
const readDatabase = (
  folder: MovieFolder,
): { entries: number[]; played: Set<string>; clips: Set<string> } => {
  const entries: number[] = [];
  const played = new Set<string>();
  const take = (path: string, type: string): Uint8Array | undefined => {
    const found = folder.database(path, type);
    if (!found) return undefined;
    entries.push(found.entry);
    folder.backup(path, found.bytes, type);
    return found.bytes;
  };
  for (const { name, type } of FIRST_FILES) take(`/BDMV/${name}`, type);
  for (const path of folder.named(PLAYLISTS)) {
    const bytes = take(path, PLAYLISTS.type);
    const clips = bytes && isOfType(bytes, PLAYLISTS.type) ? clipsOf(bytes) : [];
    if (!clips) folder.problems.add(path, 'is cut off');
    for (const clip of clips ?? []) played.add(clip);
  }
  const clips = folder.named(CLIPS);
  for (const path of clips) take(path, CLIPS.type);
  return { entries, played, clips: new Set(clips.map(baseName)) };
};

const roundUp = (block: number): number => Math.ceil(block / CLUSTER_BLOCKS) * CLUSTER_BLOCKS;

/**
 * How the files of a Blu-ray movie lie: the database together, then each stream in one piece from the beginning of a cluster on; its copy and all
 * others behind. Adds the directory CERTIFICATE, which discs have. Throws `bdmv-invalid` with everything that is missing or inconsistent.
 */
export const bdmvLayout = (tree: Tree, read: Read): LeadingContents => {
  const folder = new MovieFolder(tree, read);
  const { entries, played, clips } = readDatabase(folder);
  const streams = folder.named(STREAMS);
  checkClips(folder, { played, clips, streams: new Set(streams.map(baseName)) });
  const found = streams.map((path) => folder.stream(path)).filter((entry) => entry !== undefined);
  folder.problems.refuse(CODE);

  if (findEntry(tree, '/CERTIFICATE') === undefined) tree.adopt(tree.addDirectory(ROOT, 'CERTIFICATE'));
  const leading = [...entries, ...found];
  const offsets: number[] = [];
  let next = 0;
  for (const [index, entry] of leading.entries()) {
    const at = index < entries.length ? next : roundUp(next);
    offsets.push(at);
    next = at + blocksFor(tree.contentBytes(entry));
  }
  return { entries: leading, offsets, blocks: next, phase: 0, align: CLUSTER_BLOCKS };
};
