import { VIDEO_SECTOR } from '../video/ifo.js';
import { STAT } from '../os/stat.js';
import { LONGEST_EXTENT } from '../udf/extents.js';
import type { Tree } from './tree.js';
import type { VideoProblems } from './video-problems.js';

/** The files of VIDEO_TS, or of a title set. */
export interface VideoSet {
  /** 0 for VIDEO_TS. */
  readonly number: number;
  readonly ifo: number;
  readonly menu: number | undefined;
  /** In the order of their numbers; none of VIDEO_TS. */
  readonly titles: readonly number[];
  readonly bup: number;
}

/** Names that players look for: of VIDEO_TS, of a title set with its menu, of its titles. */
const NAME = /^(?:VIDEO_TS|VTS_(?<set>\d\d)_(?<part>\d))\.(?<kind>IFO|VOB|BUP)$/;

interface VideoName {
  readonly set: number;
  readonly part: number;
  readonly kind: string;
}

const parseName = (name: string): VideoName | undefined => {
  const { set = '0', part = '0', kind } = NAME.exec(name)?.groups ?? {};
  if (kind === undefined || (part !== '0' && kind !== 'VOB')) return undefined;
  return { set: Number(set), part: Number(part), kind };
};

const baseOf = (set: number): string => (set === 0 ? 'VIDEO_TS' : `VTS_${String(set).padStart(2, '0')}_0`);

const titleName = (set: number, part: number): string => `VTS_${String(set).padStart(2, '0')}_${part}.VOB`;

/** What is wrong with a file on its own; undefined where nothing is. */
const objectionTo = (tree: Tree, entry: number): string | undefined => {
  const kind = tree.kind(entry);
  if (kind !== 'file') return `is a ${kind ?? 'file of unknown kind'}, which players do not follow`;
  const bytes = tree.contentBytes(entry);
  if (bytes === 0 || bytes % VIDEO_SECTOR !== 0)
    return `has ${bytes} bytes, which is no positive multiple of ${VIDEO_SECTOR}`;
  // OSTA UDF 1.02 6.9.1: each file is one extent.
  return bytes > LONGEST_EXTENT ? `has ${bytes} bytes; players take ${LONGEST_EXTENT} at most` : undefined;
};

/** Finds the files of a folder VIDEO_TS by their names. */
class VideoFolder {
  readonly #tree: Tree;
  readonly #directory: number;
  readonly #problems: VideoProblems;
  readonly #files = new Map<string, number>();
  readonly #identities = new Map<string, number>();
  readonly sets = new Set<number>();

  constructor(tree: Tree, directory: number, problems: VideoProblems) {
    this.#tree = tree;
    this.#directory = directory;
    this.#problems = problems;
    const byName = new Map(tree.childrenOf(directory).map((entry) => [tree.name(entry), entry]));
    for (const name of [...byName.keys()].sort()) this.#take(byName.get(name) ?? -1, name);
  }

  #take(entry: number, name: string): void {
    const parsed = parseName(name.toUpperCase());
    if (!parsed) return;
    if (name !== name.toUpperCase()) {
      this.#problems.add(this.#tree.path(entry), `must be named ${name.toUpperCase()}`);
      return;
    }
    const objection = objectionTo(this.#tree, entry) ?? this.#sameAs(entry);
    if (objection !== undefined) this.#problems.add(this.#tree.path(entry), objection);
    this.#files.set(name, entry);
    this.sets.add(parsed.set);
  }

  /** Each has a place of its own; what hard links make one file would be recorded once. */
  #sameAs(entry: number): string | undefined {
    const identity = this.#tree.identity(entry);
    const same = this.#tree.number(entry, STAT.links) > 1 ? this.#identities.get(identity) : undefined;
    this.#identities.set(identity, entry);
    return same === undefined
      ? undefined
      : `is the same file as ${this.#tree.path(same)}, and has to be another`;
  }

  find(name: string): number | undefined {
    return this.#files.get(name);
  }

  require(name: string): number {
    const entry = this.#files.get(name);
    if (entry === undefined) this.#problems.add(`${this.#tree.path(this.#directory)}/${name}`, 'is missing');
    return entry ?? -1;
  }
}

const titlesOf = (folder: VideoFolder, set: number): number[] => {
  const numbers = Array.from({ length: 9 }, (_, index) => index + 1);
  const last = numbers.findLast((part) => folder.find(titleName(set, part)) !== undefined) ?? 1;
  return numbers.slice(0, last).map((part) => folder.require(titleName(set, part)));
};

/** The sets that lie in a folder VIDEO_TS, the first that of VIDEO_TS itself. What is missing is a problem, and -1 here. */
export const findVideoSets = (tree: Tree, directory: number, problems: VideoProblems): VideoSet[] => {
  const folder = new VideoFolder(tree, directory, problems);
  const last = Math.max(1, ...folder.sets);
  return Array.from({ length: last + 1 }, (_, number) => ({
    number,
    ifo: folder.require(`${baseOf(number)}.IFO`),
    menu: folder.find(`${baseOf(number)}.VOB`),
    titles: number === 0 ? [] : titlesOf(folder, number),
    bup: folder.require(`${baseOf(number)}.BUP`),
  }));
};
