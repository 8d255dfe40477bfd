import { SpindleError } from '../errors.js';
import type { Source } from './image.js';
import type { KeptAttributes } from './kept-attributes.js';
import { MediumContents } from './medium-contents.js';
import { REAL_TIME, SaidWords } from './said-words.js';
import { StatRows } from './stat-rows.js';
import { type NamedStream, NamedStreams } from './streams.js';
import { type FileKind, STAT } from '../os/stat.js';

/** Entries that a tree may have; more would not fit the directory numbers of ISO 9660 in any sensible shape. */
const MOST_ENTRIES = 2_000_000;

/** Index of the root directory. */
export const ROOT = 0;

/** Where entries of a tree come from: what lies at `top` on the disc lies at `path` beneath `root`. */
interface Mapping {
  readonly root: string;
  readonly path: string;
  readonly top: number;
}

const OCTAL_755_DIRECTORY = 0o040755n;
const OCTAL_444_FILE = 0o100444n;

/**
 * What a client wants on the disc. Entries are numbers and their attributes lie in columns, since a hundred thousand entries as
 * objects would take several times the memory. Names are strings as src/os gives them, see its path-bytes.ts.
 */
export class Tree {
  readonly names: string[] = [];
  readonly #rows = new StatRows();
  #parents = new Int32Array(1024);
  #mappingOf = new Uint32Array(1024);
  readonly #mappings: Mapping[] = [{ root: '', path: '', top: ROOT }];
  readonly #children = new Map<number, number[]>();
  readonly #targets = new Map<number, string>();
  readonly onMedium = new MediumContents();
  /** Of files whose recorded content is compressed: the entry of Rock Ridge that tells how. */
  readonly compressions = new Map<number, Uint8Array>();
  /** What an earlier session says of entries that no source says. */
  readonly kept = new Map<number, KeptAttributes>();
  readonly #streams = new NamedStreams();
  readonly #hidden = new Set<number>();
  /** What was said of entries in the place of their sources; those are compared with what the kernel says. */
  readonly said = new SaidWords();
  /** Names in directories in which one was looked for; kept up to date from then on. */
  readonly #named = new Map<number, Map<string, number>>();
  #climbed = { directory: -1, top: ROOT, path: '' };

  /** `created` is the modification time of directories that no source gives, in nanoseconds since 1970. */
  constructor(created: bigint) {
    this.#created = created;
    this.addDirectory(ROOT, '');
  }

  readonly #created: bigint;

  get size(): number {
    return this.names.length;
  }

  #grow(): void {
    const capacity = this.#parents.length * 2;
    const parents = new Int32Array(capacity);
    parents.set(this.#parents);
    this.#parents = parents;
    const mappingOf = new Uint32Array(capacity);
    mappingOf.set(this.#mappingOf);
    this.#mappingOf = mappingOf;
  }

  #append(parent: number, name: string): number {
    const entry = this.names.length;
    if (entry >= MOST_ENTRIES)
      throw new SpindleError('image-too-large', `The tree has more than ${MOST_ENTRIES} entries.`);
    if (entry >= this.#parents.length) this.#grow();
    this.names.push(name);
    this.#parents[entry] = parent;
    return entry;
  }

  /** A directory that no source gives; it belongs to nobody's children until `adopt`. */
  addDirectory(parent: number, name: string): number {
    const entry = this.#append(parent, name);
    this.set(entry, STAT.mode, OCTAL_755_DIRECTORY);
    this.set(entry, STAT.mtimeNs, this.#created);
    this.#children.set(entry, []);
    return entry;
  }

  /** A file that no source gives, of so many bytes; it belongs to nobody's children until `adopt`. */
  addFile(parent: number, name: string, bytes: number): number {
    const entry = this.#append(parent, name);
    this.set(entry, STAT.mode, OCTAL_444_FILE);
    this.set(entry, STAT.size, BigInt(bytes));
    this.set(entry, STAT.mtimeNs, this.#created);
    return entry;
  }

  /** Says that what lies at `top` comes from `path` beneath `root`; its number goes into `add`. */
  addMapping(root: string, path: string, top: number): number {
    return this.#mappings.push({ root, path, top }) - 1;
  }

  /** An entry with what the kernel says about it: row `index` of `rows`. */
  add(parent: number, name: string, from: { mapping: number; rows: BigInt64Array; index: number }): number {
    const entry = this.#append(parent, name);
    this.describe(entry, from);
    if (this.kind(entry) === 'directory') this.#children.set(entry, []);
    return entry;
  }

  /** Gives an entry the attributes of another source, e.g. a directory that was only implied so far. */
  describe(
    entry: number,
    { mapping, rows, index }: { mapping: number; rows: BigInt64Array; index: number },
  ): void {
    this.#rows.copy(entry, rows, index);
    this.#mappingOf[entry] = mapping;
  }

  adopt(entry: number): void {
    const parent = this.parent(entry);
    this.childrenOf(parent).push(entry);
    this.#named.get(parent)?.set(this.name(entry), entry);
  }

  /** The entry of this name in a directory; undefined where there is none, and in what is no directory. */
  child(directory: number, name: string): number | undefined {
    if (!this.isDirectory(directory)) return undefined;
    let named = this.#named.get(directory);
    if (!named) {
      named = new Map(this.childrenOf(directory).map((entry) => [this.name(entry), entry]));
      this.#named.set(directory, named);
    }
    return named.get(name);
  }

  /** An entry and all beneath it. */
  *within(top: number): Generator<number> {
    yield top;
    for (const entry of this.childrenOf(top)) yield* this.within(entry);
  }

  /** Takes an entry out of its directory; what lies in it goes with it. */
  detach(entry: number): void {
    const gone = [...this.within(entry)];
    this.#leave(entry);
    for (const one of gone) {
      this.clear(one);
      this.#children.delete(one);
      this.#named.delete(one);
    }
  }

  #leave(entry: number): void {
    const parent = this.parent(entry);
    const siblings = this.childrenOf(parent);
    siblings.splice(siblings.indexOf(entry), 1);
    this.#named.get(parent)?.delete(this.name(entry));
  }

  /** Puts an entry, with all beneath it, into a directory under a name that is free there. It comes from where it did. */
  move(entry: number, parent: number, name: string): void {
    this.#pin(entry);
    this.#leave(entry);
    this.names[entry] = name;
    this.#parents[entry] = parent;
    this.#climbed = { directory: -1, top: ROOT, path: '' };
    this.adopt(entry);
  }

  /** Names on the way from outside tell no longer where the sources lie: these mappings get an end here. */
  #pin(top: number): void {
    const moved = new Set(this.within(top));
    const pinned = new Map<number, number>([[0, 0]]);
    for (const entry of moved) {
      const mapping = this.#mappingOf[entry] ?? 0;
      if (moved.has(this.#mappings[mapping]?.top ?? ROOT)) continue;
      const known = pinned.get(mapping);
      const pin = known ?? this.addMapping(this.rootOf(mapping), this.pathThrough(mapping, top), top);
      if (known === undefined) pinned.set(mapping, pin);
      this.#mappingOf[entry] = pin;
    }
  }

  /** Forgets all that was said of an entry besides its name: something else takes its place, or nothing does. */
  clear(entry: number): void {
    for (const stream of this.streamsOf(entry)) this.#dropStream(entry, stream);
    const said = [this.#targets, this.onMedium, this.compressions, this.kept, this.#hidden, this.said];
    for (const map of said) map.delete(entry);
  }

  /** Entries that are the contents of streams. */
  get streamEntries(): number[] {
    return [...this.#streams.contents];
  }

  addStream(entry: number, stream: NamedStream): void {
    this.#streams.add(entry, stream);
  }

  /** Names and bytes of what users attached to a source of an entry. */
  attachMissing(entry: number, attributes: Parameters<NamedStreams['attachMissing']>[1]): void {
    this.#streams.attachMissing(entry, attributes);
  }

  /** False where there is none of this name. */
  removeStream(entry: number, name: string): boolean {
    const stream = this.#streams.find(entry, name);
    if (stream) this.#dropStream(entry, stream);
    return stream !== undefined;
  }

  #dropStream(entry: number, stream: NamedStream): void {
    this.#streams.remove(entry, stream);
    if (typeof stream.content === 'number') this.onMedium.delete(stream.content);
  }

  hasStream(entry: number, name: string): boolean {
    return this.#streams.find(entry, name) !== undefined;
  }

  streamsOf(entry: number): readonly NamedStream[] {
    return this.#streams.of(entry);
  }

  setTarget(entry: number, target: string): void {
    this.#targets.set(entry, target);
  }

  /** Target of a symbolic link. */
  target(entry: number): string {
    return this.#targets.get(entry) ?? '';
  }

  /** Gives an entry the hidden flag of its file systems. */
  hide(entry: number): void {
    this.#hidden.add(entry);
  }

  show(entry: number): void {
    this.#hidden.delete(entry);
  }

  isHidden(entry: number): boolean {
    return this.#hidden.has(entry);
  }

  isRealTime(entry: number): boolean {
    return this.said.of(entry, REAL_TIME) === 1n;
  }

  realTimeEntries(): number[] {
    return this.said.entries().flatMap(([entry]) => (this.isRealTime(entry) ? [entry] : []));
  }

  /** Says of an entry what its source does not say. */
  set(entry: number, word: number, value: bigint): void {
    this.#rows.set(entry, word, value);
  }

  parent(entry: number): number {
    return this.#parents[entry] ?? ROOT;
  }

  isDirectory(entry: number): boolean {
    return this.#rows.isDirectory(entry);
  }

  /** All directories, the root first. */
  directories(): IterableIterator<number> {
    return this.#children.keys();
  }

  /** In the order in which they were found, until somebody sorts them. */
  childrenOf(directory: number): number[] {
    return this.#children.get(directory) ?? [];
  }

  /** What is to be recorded of an entry: what was said of it, else what its source says. */
  #recordedWord(entry: number, word: number): bigint {
    const said = this.said.of(entry, word);
    return said ?? this.#rows.word(entry, word);
  }

  /** One of the numbers of STAT that fit a JavaScript number. */
  number(entry: number, word: number): number {
    return Number(this.#recordedWord(entry, word));
  }

  /** One of the times of STAT, in nanoseconds since 1970. */
  timeNs(entry: number, word: number): bigint {
    return this.#recordedWord(entry, word);
  }

  mtimeNs(entry: number): bigint {
    return this.timeNs(entry, STAT.mtimeNs);
  }

  /** When an entry was created and when anything of it was changed, in nanoseconds since 1970; 0 where nobody knows. */
  otherTimes(entry: number): { readonly createdNs: bigint; readonly changedNs: bigint } {
    return { createdNs: this.timeNs(entry, STAT.birthtimeNs), changedNs: this.timeNs(entry, STAT.ctimeNs) };
  }

  kind(entry: number): FileKind | undefined {
    return this.#rows.kind(entry);
  }

  /** Bytes of content: those of a regular file, 0 of anything else. */
  contentBytes(entry: number): number {
    return this.kind(entry) === 'file' ? this.number(entry, STAT.size) : 0;
  }

  /** What tells one file of this machine from all others. */
  identity(entry: number): string {
    return `${this.#rows.word(entry, STAT.device)}:${this.#rows.word(entry, STAT.inode)}`;
  }

  /** Whether a source gave this directory its attributes. */
  isDescribed(entry: number): boolean {
    return this.#mappingOf[entry] !== 0;
  }

  /** Names from below `top` down to the entry. What is asked for next mostly lies in the same directory. */
  #climb(entry: number, top: number): string {
    if (entry === top) return '';
    const directory = this.parent(entry);
    if (this.#climbed.directory !== directory || this.#climbed.top !== top) {
      let path = '';
      for (let at = directory; at !== top; at = this.parent(at)) path = `${this.name(at)}/${path}`;
      this.#climbed = { directory, top, path };
    }
    return this.#climbed.path + this.name(entry);
  }

  /** Whether an earlier session gave this entry its attributes, rather than a source. */
  isTakenOver(entry: number): boolean {
    const mapping = this.#mappingOf[entry] ?? 0;
    return mapping !== 0 && this.rootOf(mapping) === '';
  }

  name(entry: number): string {
    return this.names[entry] ?? '';
  }

  /** Path on the disc, beginning with `/`. */
  path(entry: number): string {
    return `/${this.#climb(entry, ROOT)}`;
  }

  rootOf(mapping: number): string {
    return this.#mappings[mapping]?.root ?? '';
  }

  /** Path beneath its root of what `mapping` has at this place on the disc. */
  pathThrough(mapping: number, entry: number): string {
    const { path, top } = this.#mappings[mapping] ?? { path: '', top: ROOT };
    const beneath = this.#climb(entry, top);
    return path !== '' && beneath !== '' ? `${path}/${beneath}` : path + beneath;
  }

  /** Name of the root that the entry comes from, and its path beneath it. */
  origin(entry: number): { readonly root: string; readonly path: string } {
    const mapping = this.#mappingOf[entry] ?? 0;
    return { root: this.rootOf(mapping), path: this.pathThrough(mapping, entry) };
  }

  /** The entry as a source of bytes. */
  source(entry: number): Source {
    // Written out: spreading another object costs time and long-lived garbage for each of a hundred thousand files.
    const { root, path } = this.origin(entry);
    return {
      root,
      path,
      device: this.#rows.word(entry, STAT.device),
      inode: this.#rows.word(entry, STAT.inode),
      size: Number(this.#rows.word(entry, STAT.size)),
      mtimeNs: this.#rows.word(entry, STAT.mtimeNs),
      ctimeNs: this.#rows.word(entry, STAT.ctimeNs),
    };
  }
}
