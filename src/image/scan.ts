import { closeSync } from 'node:fs';

import { type ErrorCode, type ErrorItem, isSpindleError, SpindleError } from '../errors.js';
import { attributesAt, userAttributes } from '../os/extended-attributes.js';
import { isFarTime, modificationAt, modificationOf } from '../os/far-times.js';
import { openBeneath } from '../os/openat2.js';
import { scanDirectory } from '../os/scan.js';
import { sourceError } from '../os/source-error.js';
import { type FileKind, fileKind, fstatInto, readlinkAt, STAT, STAT_WORDS, statRow } from '../os/stat.js';
import { systemErrorCode } from '../os/system-error.js';
import { type Judge, judgeOf, type TreeFilter, type Verdict } from './globs.js';
import type { SourceRequest } from './master-request.js';
import { DEEPEST } from './request-paths.js';
import type { OpenRoots } from './roots.js';
import { ROOT, Tree } from './tree.js';
import { entryAt, findEntry } from './tree-paths.js';
import type { UdfRequest } from './udf-request.js';

type StreamRequest = UdfRequest['streams'][number];

/** Problems that are listed; beyond them a client has enough to do. */
const MOST_PROBLEMS = 1000;

export interface ScanOptions {
  readonly roots: OpenRoots;
  /** Modification time of directories that only the paths on the disc imply, in nanoseconds since 1970. */
  readonly createdAtNs: bigint;
  /** Whether symbolic links can be recorded, i.e. whether there is Rock Ridge or a UDF that has them. */
  readonly links: boolean;
  /** Whether devices, FIFOs and sockets are to be recorded, which needs Rock Ridge too. */
  readonly devices: boolean;
  readonly skipUnsupported: boolean;
  /** Whether what users attached to files and directories is wanted. */
  readonly attributes: boolean;
  readonly streams: readonly StreamRequest[];
  /** Entries found so far, and the path on the disc of the directory that was read last. */
  readonly onEntries: (entries: number, path: () => string) => void;
  /** A file takes the place of what came there before, as later changes do, instead of being refused. */
  readonly replaces?: true;
}

interface Pending {
  readonly directory: number;
  readonly mapping: number;
  readonly depth: number;
  /** Path from where its tree begins. */
  readonly within: string;
  /** Absent: everything is wanted. */
  readonly judge: Judge | undefined;
  readonly isTaken: boolean;
}

/** A source of the request, opened and asked for its attributes. */
interface MappedSource {
  readonly root: string;
  readonly path: string;
  readonly row: BigInt64Array;
}

interface Found {
  readonly mapping: number;
  /** Path beneath the root; computed only when something is wrong. */
  readonly path: () => string;
  readonly rows: BigInt64Array;
  readonly index: number;
  /** The kernel says that it may not be read. */
  readonly refused: boolean;
}

/** A system call that failed on a source is a problem of the source; anything else is a bug. */
const asSourceError = (error: unknown, pointer: string): SpindleError => {
  if (systemErrorCode(error) === undefined) throw error;
  return sourceError(error, pointer);
};

const inDirectory = ({ within }: Pending, name: string): string =>
  within === '' ? name : `${within}/${name}`;

/** What becomes of a name that was found in a directory. */
const judged = (directory: Pending, name: string, mode: bigint | undefined): Verdict =>
  directory.judge?.(inDirectory(directory, name), {
    isDirectory: fileKind(mode ?? 0n) === 'directory',
    isWithinTaken: directory.isTaken,
  }) ?? 'taken';

/** What became of the sources so far; the tree is good only when there is no problem. */
export class TreeScanner {
  readonly tree: Tree;
  readonly #options: ScanOptions;
  readonly #pending: Pending[] = [];
  /** Directories of which only what was found within them is wanted, outer ones first. */
  #searched: number[] = [];
  readonly #problems: ErrorItem[] = [];
  #code: ErrorCode | undefined;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.tree = new Tree(options.createdAtNs);
  }

  #problem(code: ErrorCode, pointer: string, message: string): void {
    this.#code ??= code;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ pointer, message });
  }

  /** Does what may fail because of one source, and remembers why it failed. */
  #attempt(pointer: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      const problem = isSpindleError(error) ? error : asSourceError(error, pointer);
      if (problem.code === 'image-too-large') throw problem;
      this.#problem(problem.code, pointer, problem.message);
    }
  }

  #originOf(entry: number): string {
    const { root, path } = this.tree.origin(entry);
    return `${root}:${path}`;
  }

  /** The directory at `path` on the disc, made where there is none yet. */
  directoryAt(names: readonly string[]): number {
    let directory = ROOT;
    for (const name of names) {
      const found = this.tree.child(directory, name);
      const next = found ?? this.tree.addDirectory(directory, name);
      if (found === undefined) this.tree.adopt(next);
      else if (this.tree.kind(found) !== 'directory')
        throw new SpindleError(
          'name-collision',
          `${this.tree.path(found)} is a file (${this.#originOf(found)}), not a directory.`,
        );
      directory = next;
    }
    return directory;
  }

  /** One source of the request: a directory whose children go there, or a file. */
  map({ at, root, path }: SourceRequest, filter?: TreeFilter): void {
    this.#attempt(`${root}:${path}`, () => {
      const fd = openBeneath(this.#options.roots.descriptor(root), path);
      try {
        const row = statRow();
        fstatInto(fd, row);
        const names = at.split('/').filter((name) => name !== '');
        if (fileKind(row[STAT.mode] ?? 0n) === 'directory')
          this.#mapDirectory(names, { root, path, row }, filter);
        else this.#mapFile(names, { root, path, row });
        const entry = findEntry(this.tree, at);
        this.#sayFarTime(entry, () => modificationOf(fd));
        this.#attachOwn({ root, path }, entry);
      } finally {
        closeSync(fd);
      }
    });
  }

  #mapDirectory(names: readonly string[], source: MappedSource, filter: TreeFilter | undefined): void {
    const directory = this.directoryAt(names);
    const mapping = this.tree.addMapping(source.root, source.path, directory);
    if (!this.tree.isDescribed(directory))
      this.tree.describe(directory, { mapping, rows: source.row, index: 0 });
    const judge = filter && judgeOf(filter);
    const isTaken = (filter?.include.length ?? 0) === 0;
    this.#pending.push({ directory, mapping, depth: names.length, within: '', judge, isTaken });
    this.#scanPending();
    this.#dropVain();
  }

  /** Directories in which nothing was found that is wanted. */
  #dropVain(): void {
    for (const directory of this.#searched.toReversed())
      if (this.tree.childrenOf(directory).length === 0) this.tree.detach(directory);
    this.#searched = [];
  }

  #mapFile(names: readonly string[], source: MappedSource): void {
    const name = names.at(-1);
    if (name === undefined)
      throw new SpindleError('name-collision', `${source.path} is a file and cannot be the root directory.`);
    const parent = this.directoryAt(names.slice(0, -1));
    const present = this.tree.child(parent, name);
    const mapping = this.tree.addMapping(source.root, source.path, present ?? this.tree.size);
    const found = { mapping, path: () => source.path, rows: source.row, index: 0, refused: false };
    this.#place(parent, name, found, present);
  }

  #scanPending(): void {
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      const pending = next;
      const path = this.tree.pathThrough(pending.mapping, pending.directory);
      this.#attempt(`${this.tree.rootOf(pending.mapping)}:${path}`, () => {
        if (pending.depth > DEEPEST)
          throw new SpindleError('source-unsupported', `${path} lies deeper than ${DEEPEST} directories.`);
        this.#scanOne(pending, path);
      });
      this.#options.onEntries(this.tree.size, () => this.tree.path(pending.directory));
    }
  }

  #scanOne(pending: Pending, path: string): void {
    const { directory, mapping } = pending;
    const fd = openBeneath(this.#options.roots.descriptor(this.tree.rootOf(mapping)), path);
    try {
      const { names, rows, refused } = scanDirectory(fd);
      const present = new Map(this.tree.childrenOf(directory).map((entry) => [this.tree.name(entry), entry]));
      for (const [index, name] of names.entries()) {
        const verdict = judged(pending, name, rows[index * STAT_WORDS + STAT.mode]);
        if (verdict === 'left-out') continue;
        const found = {
          mapping,
          path: () => (path === '' ? name : `${path}/${name}`),
          rows,
          index,
          refused: refused.has(index),
        };
        const entry = this.#place(directory, name, found, present.get(name));
        if (entry === undefined) continue;
        if (verdict === 'searched' && !present.has(name)) this.#searched.push(entry);
        this.#look(entry, fd, pending, verdict);
      }
    } finally {
      closeSync(fd);
    }
  }

  /** What the kernel tells of an entry besides its numbers: what lies in it, where it leads, what is attached to it. */
  #look(entry: number, fd: number, around: Pending, verdict: Verdict): void {
    const name = this.tree.name(entry);
    const kind = this.tree.kind(entry);
    this.#sayFarTime(entry, () => modificationAt(fd, name));
    if (kind === 'directory')
      this.#pending.push({
        ...around,
        directory: entry,
        depth: around.depth + 1,
        within: around.judge ? inDirectory(around, name) : '',
        isTaken: verdict === 'taken',
      });
    else if (kind === 'link') this.tree.setTarget(entry, readlinkAt(fd, name));
    if (this.#options.attributes && kind !== 'link') this.tree.attachMissing(entry, userAttributes(fd, name));
  }

  /** Whatever has no room in a row is said, so that each file system records the nearest that it can. */
  #sayFarTime(entry: number | undefined, modification: () => bigint): void {
    if (entry !== undefined && isFarTime(this.tree.mtimeNs(entry)))
      this.tree.said.say(entry, STAT.mtimeNs, modification());
  }

  /** What is attached to a source, which no directory was read to find. */
  #attachOwn({ root, path }: Pick<SourceRequest, 'root' | 'path'>, entry: number | undefined): void {
    if (!this.#options.attributes || entry === undefined) return;
    this.tree.attachMissing(entry, attributesAt(this.#options.roots.descriptor(root), path));
  }

  /** A file that becomes a named stream of an entry. */
  stream({ of, name, root, path }: StreamRequest): void {
    this.#attempt(`${root}:${path}`, () => {
      const entry = entryAt(this.tree, of);
      const fd = openBeneath(this.#options.roots.descriptor(root), path);
      try {
        const row = statRow();
        fstatInto(fd, row);
        if (fileKind(row[STAT.mode] ?? 0n) !== 'file')
          throw new SpindleError('source-unsupported', `${root}:${path} is no regular file.`);
        const hasOne = this.tree.hasStream(entry, name);
        if (hasOne && !this.#options.replaces)
          throw new SpindleError('name-collision', `${of} has a stream ${name} already.`);
        if (hasOne) this.tree.removeStream(entry, name);
        const mapping = this.tree.addMapping(root, path, this.tree.size);
        const content = this.tree.add(entry, name, { mapping, rows: row, index: 0 });
        this.tree.addStream(entry, { name, content });
      } finally {
        closeSync(fd);
      }
    });
  }

  /** Puts one found file into the tree; undefined where it is left out or a problem. */
  #place(parent: number, name: string, found: Found, present: number | undefined): number | undefined {
    const mode = Number(found.rows[found.index * STAT_WORDS + STAT.mode]);
    if (!this.#isRecordable(found, mode)) return undefined;
    if (present !== undefined) return this.#merge(present, found, mode);
    const entry = this.tree.add(parent, name, found);
    this.tree.adopt(entry);
    return entry;
  }

  #merge(present: number, found: Found, mode: number): number | undefined {
    if (this.tree.kind(present) === 'directory' && fileKind(mode) === 'directory') {
      if (!this.tree.isDescribed(present)) this.tree.describe(present, found);
      return present;
    }
    if (this.#options.replaces && this.tree.kind(present) !== 'directory' && fileKind(mode) !== 'directory') {
      this.tree.clear(present);
      this.tree.describe(present, found);
      return present;
    }
    const place = this.tree.path(present);
    const both = `${this.#originOf(present)} and ${this.#nameOf(found)}`;
    this.#problem('name-collision', place, `${both} both want to be ${place}.`);
    return undefined;
  }

  #nameOf({ mapping, path }: Found): string {
    return `${this.tree.rootOf(mapping)}:${path()}`;
  }

  #isRecordable(found: Found, mode: number): boolean {
    const kind = fileKind(mode);
    if (kind === 'file') return this.#isReadable(found);
    if (kind !== undefined && this.#isWanted(kind)) return true;
    if (!this.#options.skipUnsupported) {
      const what =
        kind === 'link' ? 'symbolic link, which needs Rock Ridge' : (kind ?? 'file of unknown kind');
      this.#problem('source-unsupported', this.#nameOf(found), `${this.#nameOf(found)} is a ${what}.`);
    }
    return false;
  }

  #isWanted(kind: FileKind): boolean {
    if (kind === 'directory') return true;
    return kind === 'link' ? this.#options.links : this.#options.devices;
  }

  #isReadable(found: Found): boolean {
    if (!found.refused) return true;
    // Opening it has the last word, and the reason.
    const before = this.#problems.length;
    this.#attempt(this.#nameOf(found), () => {
      closeSync(openBeneath(this.#options.roots.descriptor(this.tree.rootOf(found.mapping)), found.path()));
    });
    return this.#problems.length === before;
  }

  /** The tree, if nothing was wrong since it was asked for last. */
  finish(): Tree {
    const code = this.#code;
    if (code === undefined) return this.tree;
    const errors = this.#problems.splice(0);
    this.#code = undefined;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new SpindleError(code, `${errors[0]?.message ?? ''}${more}`, { errors });
  }
}

/**
 * Maps sources into one tree: directories merge, links stay links. Throws one error that lists all that is wrong, before anything is written.
 */
export const scanSources = (sources: readonly SourceRequest[], options: ScanOptions): Tree => {
  const scanner = new TreeScanner(options);
  for (const source of sources) scanner.map(source);
  for (const stream of options.streams) scanner.stream(stream);
  return scanner.finish();
};
