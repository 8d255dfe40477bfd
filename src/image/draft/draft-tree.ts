import { constants } from 'node:fs';

import { SpindleError } from '../../errors.js';
import { fileKind, STAT } from '../../os/stat.js';
import { DEEPEST } from '../request-paths.js';
import { type ScanOptions, TreeScanner } from '../scan.js';
import { REAL_TIME } from '../said-words.js';
import { ROOT, type Tree } from '../tree.js';
import { findEntry } from '../tree-paths.js';
import { copiedContent, sayCopied } from './copied-source.js';
import { type EditOf, STAGED_ROOT, type TreeEdit } from './draft-edit.js';
import type { DraftEntry } from './draft-entry.js';

/** A file that was sent belongs to nobody and may be read by all. */
const SENT_MODE = 0o644;
const PERMISSIONS = 0o7777;

const nanoseconds = (time: string): bigint => BigInt(Date.parse(time)) * 1_000_000n;

const timeOf = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();

const namesIn = (path: string): string[] => path.split('/').filter((name) => name !== '');

/** What is said of an entry, as the kernel would say it; `mode` is what it has now. */
const wordsOf = (said: Omit<EditOf<'set'>, 'do' | 'at' | 'hidden' | 'realTime'>, mode: number) => {
  const asTime = (time: string | undefined): bigint | undefined =>
    time === undefined ? undefined : nanoseconds(time);
  const asNumber = (number: number | undefined): bigint | undefined =>
    number === undefined ? undefined : BigInt(number);
  const withPermissions = (octal: string): number =>
    (mode & constants.S_IFMT) | (Number.parseInt(octal, 8) & PERMISSIONS);
  return [
    [STAT.mtimeNs, asTime(said.modifiedAt)],
    [STAT.birthtimeNs, asTime(said.createdAt)],
    [STAT.atimeNs, asTime(said.accessedAt)],
    [STAT.mode, asNumber(said.mode === undefined ? undefined : withPermissions(said.mode))],
    [STAT.uid, asNumber(said.user)],
    [STAT.gid, asNumber(said.group)],
  ] satisfies [word: number, value: bigint | undefined][];
};

const lies = (path: string, within: string): boolean => path === within || path.startsWith(`${within}/`);

/** Adds to a tree what the session of a medium holds; what the tree has comes first. */
export type TakeSession = (tree: Tree, edit: EditOf<'take-session'>) => void;

const takeNothing: TakeSession = () => {
  throw new Error('there is no session that could be taken over');
};

/** The tree of a draft: what its edits make of it, one after the other. An edit that is refused has changed nothing, unless it is an `add`, copied or not, or takes a session over. */
export class DraftTree {
  readonly tree: Tree;
  readonly #scanner: TreeScanner;
  readonly #sources: Pick<ScanOptions, 'roots' | 'attributes'>;
  readonly #take: TakeSession;
  /** Something was said of one of several names of a file; names that come later are the file's, too. */
  #isSaidOfOneName = false;

  constructor(options: Omit<ScanOptions, 'replaces' | 'streams'>, take: TakeSession = takeNothing) {
    this.#take = take;
    this.#scanner = new TreeScanner({ ...options, streams: [], replaces: true });
    this.tree = this.#scanner.tree;
    this.#sources = options;
  }

  /** @throws SpindleError `entry-unknown`, `name-collision`, and what scanning a source throws. */
  apply(edit: TreeEdit): void {
    switch (edit.do) {
      case 'make-directory':
        this.#scanner.directoryAt(namesIn(edit.at));
        return;
      case 'add':
        this.#add(edit);
        return;
      case 'add-copy':
        this.#addCopy(edit);
        return;
      case 'put':
        this.#put(edit);
        return;
      case 'take-session':
        this.#take(this.tree, edit);
        return;
      case 'move':
        this.#move(edit);
        return;
      case 'remove':
        this.#remove(edit);
        return;
      case 'set':
        this.#set(edit);
        return;
    }
  }

  has(path: string): boolean {
    return findEntry(this.tree, path) !== undefined;
  }

  hasStream(path: string, name: string): boolean {
    const entry = findEntry(this.tree, path);
    return entry !== undefined && this.tree.hasStream(entry, name);
  }

  /** @throws SpindleError `entry-unknown` */
  entryAt(path: string): number {
    const entry = findEntry(this.tree, path);
    if (entry === undefined) throw new SpindleError('entry-unknown', `There is no ${path} in the draft.`);
    return entry;
  }

  #stream(of: string, name: string, source: { root: string; path: string }): void {
    this.entryAt(of);
    this.#scanner.stream({ of, name, ...source });
    this.#scanner.finish();
  }

  #add({ at, root, path, include, exclude, stream }: EditOf<'add'>): void {
    if (stream !== undefined) {
      this.#stream(at, stream, { root, path });
      return;
    }
    const isFiltered = include.length + exclude.length > 0;
    this.#scanner.map({ at, root, path }, isFiltered ? { include, exclude } : undefined);
    this.#scanner.finish();
  }

  #addCopy({ at, body, stream }: EditOf<'add-copy'>): void {
    const source = { root: STAGED_ROOT, path: copiedContent(body) };
    if (stream !== undefined) {
      this.#stream(at, stream, source);
      return;
    }
    this.#scanner.map({ at, ...source });
    this.#scanner.finish();
    sayCopied(this.tree, this.entryAt(at), { body, ...this.#sources });
  }

  #put({ at, body, stream }: EditOf<'put'>): void {
    const source = { root: STAGED_ROOT, path: body };
    if (stream !== undefined) {
      this.#stream(at, stream, source);
      return;
    }
    this.#scanner.map({ at, ...source });
    this.#scanner.finish();
    const entry = this.entryAt(at);
    this.tree.set(entry, STAT.uid, 0n);
    this.tree.set(entry, STAT.gid, 0n);
    this.tree.set(entry, STAT.mode, BigInt(constants.S_IFREG | SENT_MODE));
  }

  #move({ from, to }: EditOf<'move'>): void {
    const entry = this.entryAt(from);
    if (lies(to, from)) throw new SpindleError('invalid-request', `${from} cannot be moved into itself.`);
    if (findEntry(this.tree, to) !== undefined)
      throw new SpindleError('name-collision', `There is something at ${to} already.`);
    const names = namesIn(to);
    const deeper = names.length - namesIn(from).length;
    for (const one of this.tree.within(entry))
      if (namesIn(this.tree.path(one)).length + deeper > DEEPEST)
        throw new SpindleError('invalid-request', `${from} would lie deeper than ${DEEPEST} directories.`);
    const parent = this.#scanner.directoryAt(names.slice(0, -1));
    this.tree.move(entry, parent, names.at(-1) ?? '');
  }

  #remove({ at, stream }: EditOf<'remove'>): void {
    const entry = this.entryAt(at);
    if (stream !== undefined) {
      if (this.tree.removeStream(entry, stream)) return;
      throw new SpindleError('entry-unknown', `${at} has no stream ${stream}.`);
    }
    const doomed = entry === ROOT ? [...this.tree.childrenOf(ROOT)] : [entry];
    for (const one of doomed) this.tree.detach(one);
  }

  #set({ at, hidden, realTime, ...said }: EditOf<'set'>): void {
    const entry = this.entryAt(at);
    if (realTime !== undefined) this.#setRealTime(entry, realTime);
    for (const [word, value] of wordsOf(said, this.tree.number(entry, STAT.mode)))
      if (value !== undefined) this.tree.said.say(entry, word, value);
    if (this.#hasNames(entry)) this.#isSaidOfOneName = true;
    if (hidden === true) this.tree.hide(entry);
    if (hidden === false) this.tree.show(entry);
  }

  #setRealTime(entry: number, realTime: boolean): void {
    if (this.tree.kind(entry) !== 'file')
      throw new SpindleError('invalid-request', `${this.tree.path(entry)} is no file, and is not played.`);
    this.tree.said.say(entry, REAL_TIME, realTime ? 1n : 0n);
  }

  /** Staged bodies that contents of the tree come from. */
  bodies(): string[] {
    const { tree } = this;
    const found = new Set<string>();
    const take = (entry: number): void => {
      const { root, path } = tree.origin(entry);
      if (root === STAGED_ROOT) found.add(namesIn(path).slice(0, 2).join('/'));
    };
    for (const entry of tree.within(ROOT)) take(entry);
    for (const entry of tree.streamEntries) take(entry);
    return [...found];
  }

  #hasNames(entry: number): boolean {
    return !this.tree.isDirectory(entry) && this.tree.number(entry, STAT.links) > 1;
  }

  /** Hard links are one file, which has its mode, owners and times once: what was said of one name last is said of all. */
  sayOfAllNames(): void {
    if (!this.#isSaidOfOneName) return;
    const { tree } = this;
    const linked = [...tree.within(ROOT)].filter((entry) => this.#hasNames(entry));
    const lying = new Set(linked);
    const words = new Map<string, Map<number, bigint>>();
    for (const [entry, said] of tree.said.entries())
      if (lying.has(entry)) {
        const identity = tree.identity(entry);
        words.set(identity, new Map([...(words.get(identity) ?? []), ...said]));
      }
    for (const entry of linked)
      for (const [word, value] of words.get(tree.identity(entry)) ?? []) tree.said.say(entry, word, value);
  }

  /** The tree with the streams that the volume's options name. */
  finish(streams: ScanOptions['streams']): Tree {
    this.sayOfAllNames();
    for (const stream of streams) this.#scanner.stream(stream);
    return this.#scanner.finish();
  }

  /** What a client sees of an entry. */
  describe(entry: number): DraftEntry {
    const { tree } = this;
    const kind = fileKind(tree.number(entry, STAT.mode)) ?? 'file';
    const { root, path } = tree.origin(entry);
    const permissions = tree.number(entry, STAT.mode) & PERMISSIONS;
    const [createdNs, accessedNs] = [tree.timeNs(entry, STAT.birthtimeNs), tree.timeNs(entry, STAT.atimeNs)];
    return {
      path: tree.path(entry),
      kind,
      ...(kind === 'file' && { bytes: tree.contentBytes(entry) }),
      ...(kind === 'link' && { target: tree.target(entry) }),
      modifiedAt: timeOf(tree.mtimeNs(entry)),
      ...(createdNs !== 0n && { createdAt: timeOf(createdNs) }),
      ...(accessedNs !== 0n && { accessedAt: timeOf(accessedNs) }),
      mode: permissions.toString(8).padStart(4, '0'),
      user: tree.number(entry, STAT.uid),
      group: tree.number(entry, STAT.gid),
      hidden: tree.isHidden(entry),
      realTime: tree.isRealTime(entry),
      streams: tree.streamsOf(entry).map(({ name }) => name),
      ...(root !== '' && root !== STAGED_ROOT && { source: { root, path } }),
      ...(tree.isTakenOver(entry) && { takenOver: true as const }),
    };
  }
}
