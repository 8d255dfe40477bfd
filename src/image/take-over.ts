import { type ErrorItem, SpindleError } from '../errors.js';
import { isFarTime, nearTime } from '../os/far-times.js';
import type { Base, LeftOut } from './import/base.js';
import { digestKey } from './import/base-digests.js';
import type { ImportedContent, ImportedEntry, ImportedStream } from './import/imported-entry.js';
import type { KeptAttributes } from './kept-attributes.js';
import { type Holders, objectionTo } from './taken-content.js';
import { bareRow, furtherTimesOf, rowOf, timesOf } from './taken-row.js';
import { ROOT, type Tree } from './tree.js';

/** Conflicts that are listed in one failure. */
const MOST_LISTED = 1000;

/** What the client says of a session that is continued, and what the new one can hold of it. */
export interface Wanted extends Holders {
  /** Paths that are to be seen no more; their bytes stay on the medium. */
  readonly remove: readonly string[];
  /** What becomes of a file of the session in whose place there is a new one. */
  readonly onConflict: 'replace' | 'refuse';
  /** Whether there can be symbolic links. */
  readonly links: boolean;
  /** Holds devices, FIFOs and sockets, and says what is compressed. */
  readonly rockRidge: boolean;
  readonly streams: boolean;
  /** What there cannot be is left out, and told. */
  readonly skipUnsupported: boolean;
  /** Where the new session has its manifest, in the place of one that is there. */
  readonly manifest: string | undefined;
}

/** What was taken over. */
export interface Taken {
  /** Files and directories that the tree has of the session. */
  readonly kept: number;
  /** SHA-256 of files and streams of the session, in hex, by their entries in the tree; none where no manifest is wanted. */
  readonly digests: ReadonlyMap<number, string>;
  /** What there cannot be of the session, in order. */
  readonly leftOut: readonly LeftOut[];
}

/** Streams are of UDF alone. */
const OF_UDF: Holders = { isoExtents: undefined, udf: true };

const CONFLICT = 'is in the session that is continued';

/** As IMAPI has it (IMAPI_E_IMPORT_TYPE_COLLISION_…): what is new takes the place of a file, and never of a whole tree without a word. */
const kindConflict = (wasDirectory: boolean): string =>
  wasDirectory
    ? 'is a directory in the session that is continued, and a file now'
    : 'is a file in the session that is continued, and a directory now';

/** Adds what a session holds to a tree. */
class Taking implements Taken {
  readonly #tree: Tree;
  readonly #mapping: number;
  /** Entries of the tree by their directory and name. */
  readonly #known = new Map<string, number>();
  /** Where entries of the session stand in the tree; what was left out has no place. */
  readonly #places = new Map<number, number>([[0, ROOT]]);
  readonly #paths = new Map<number, string>([[0, '']]);
  readonly #removed: Set<string>;
  readonly #replaced = new Set<string>();

  readonly #wanted: Wanted;
  readonly #digests: Base['digests'];
  readonly digests = new Map<number, string>();
  readonly #conflicts: ErrorItem[] = [];
  readonly #objections: ErrorItem[] = [];
  readonly leftOut: LeftOut[] = [];
  kept = 0;

  constructor(tree: Tree, wanted: Wanted, digests: Base['digests']) {
    this.#tree = tree;
    this.#wanted = wanted;
    this.#digests = digests;
    this.#mapping = tree.addMapping('', '', ROOT);
    this.#removed = new Set(wanted.remove);
    for (const directory of tree.directories())
      for (const child of tree.childrenOf(directory))
        this.#known.set(`${directory}/${tree.name(child)}`, child);
  }

  take(entry: ImportedEntry): void {
    const parent = this.#places.get(entry.parent);
    if (parent === undefined) return;
    if (entry.id === 0) {
      this.#addStreams(entry, ROOT, '/');
      return;
    }
    const path = `${this.#paths.get(entry.parent) ?? ''}/${entry.name}`;
    if (this.#isLeftOut(entry, path)) return;
    const known = this.#known.get(`${parent}/${entry.name}`);
    if (known === undefined) this.#addIfPossible(entry, parent, path);
    else this.#meet(entry, known, path);
  }

  /** Both have something of one name. */
  #meet(entry: ImportedEntry, known: number, path: string): void {
    const [wasDirectory, isDirectory] = [entry.kind === 'directory', this.#tree.isDirectory(known)];
    if (wasDirectory && isDirectory) this.#merge(entry, known, path);
    else if (wasDirectory !== isDirectory)
      this.#conflicts.push({ pointer: path, message: kindConflict(wasDirectory) });
    else if (this.#wanted.onConflict === 'refuse') this.#conflicts.push({ pointer: path, message: CONFLICT });
    else this.#replaced.add(path);
  }

  /** What the client removes, and a manifest in whose place there is a new one. */
  #isLeftOut({ kind }: ImportedEntry, path: string): boolean {
    return this.#removed.delete(path) || (kind === 'file' && path === this.#wanted.manifest);
  }

  #canHold({ kind }: ImportedEntry): boolean {
    if (kind === 'link') return this.#wanted.links;
    return kind === 'file' || kind === 'directory' || this.#wanted.rockRidge;
  }

  #addIfPossible(entry: ImportedEntry, parent: number, path: string): void {
    const hindrance = this.#hindranceOf(entry);
    if (hindrance === undefined) this.#add(entry, parent, path);
    else this.#object(path, hindrance);
  }

  /** Why the session cannot show an entry, or not as it was seen. */
  #hindranceOf(entry: ImportedEntry): string | undefined {
    if (!this.#canHold(entry)) return `is a ${entry.kind}, which needs Rock Ridge`;
    if (entry.rockRidge.sparse)
      return 'is sparse by Rock Ridge (SF), and would be seen with the tables that lie in it';
    return objectionTo(entry, this.#wanted) ?? this.#objectionToCompression(entry);
  }

  /** Only Rock Ridge says that content is compressed; whoever reads UDF would take it for the content itself. */
  #objectionToCompression({ id, rockRidge: { compression } }: ImportedEntry): string | undefined {
    if (!compression) return undefined;
    const { rockRidge, udf } = this.#wanted;
    if (!rockRidge || udf)
      return `is compressed by zisofs, which ${udf ? 'UDF' : 'ISO 9660 without Rock Ridge'} cannot say`;
    return this.#digests?.has(digestKey(id)) === true
      ? 'is compressed by zisofs, and was not read as it is seen'
      : undefined;
  }

  /** Says what would be missing from the new session, unless the client wants it that way. */
  #object(path: string, reason: string): void {
    if (this.#wanted.skipUnsupported) this.leftOut.push({ path, reason });
    else this.#objections.push({ pointer: path, message: reason });
  }

  /** Of what no entry stands for; what is removed or replaced need not be taken over. */
  leaveOut({ path, reason }: LeftOut): void {
    const isRemoved = this.#wanted.remove.some((gone) => path === gone || path.startsWith(`${gone}/`));
    if (isRemoved) this.#removed.delete(path);
    else if (!this.#replaced.has(path)) this.#object(path, reason);
  }

  /** What the client sends now comes before what was there; a directory that nothing but paths implied keeps its attributes. */
  #merge(entry: ImportedEntry, known: number, path: string): void {
    if (!this.#tree.isDescribed(known)) this.#describe(known, entry, path);
    this.#addStreams(entry, known, path);
    this.kept++;
    this.#places.set(entry.id, known);
    this.#paths.set(entry.id, path);
  }

  #add(entry: ImportedEntry, parent: number, path: string): void {
    const tree = this.#tree;
    const added = tree.add(parent, entry.name, { mapping: this.#mapping, rows: rowOf(entry), index: 0 });
    tree.adopt(added);
    this.kept++;
    this.#say(added, entry, path);
    if (entry.target !== undefined) tree.setTarget(added, entry.target);
    if (entry.hidden) tree.hide(added);
    this.#setContent(added, entry);
    this.#setDigest(added, entry, path);
    const { compression } = entry.rockRidge;
    if (compression) tree.compressions.set(added, compression);
    this.#addStreams(entry, added, path);
    if (entry.kind !== 'directory') return;
    this.#places.set(entry.id, added);
    this.#paths.set(entry.id, path);
  }

  /** Gives a directory that only paths implied what the session says of it. */
  #describe(known: number, entry: ImportedEntry, path: string): void {
    this.#tree.describe(known, { mapping: this.#mapping, rows: rowOf(entry), index: 0 });
    this.#say(known, entry, path);
  }

  /** What a row cannot hold of what the session says. */
  #say(entry: number, { rockRidge, recordedNs, udfFlags }: ImportedEntry, path: string): void {
    const tree = this.#tree;
    for (const [word, ns] of timesOf(rockRidge, recordedNs))
      if (isFarTime(nearTime(ns))) tree.said.say(entry, word, ns);
    const times = furtherTimesOf(rockRidge);
    if (times && !this.#wanted.rockRidge)
      this.#object(path, `has times of ${Object.keys(times).join(', ')}, which need Rock Ridge`);
    const kept: KeptAttributes = { ...(times && { times }), ...(udfFlags && { udfFlags }) };
    if (times ?? udfFlags) tree.kept.set(entry, kept);
  }

  #setContent(added: number, { size, runs, held }: ImportedContent): void {
    if (runs.length > 0) this.#tree.onMedium.record(added, runs);
    else if (held && size > 0) this.#tree.onMedium.hold(added, held);
  }

  #setDigest(added: number, { id }: ImportedEntry, path: string): void {
    const digest = this.#digests?.get(digestKey(id));
    if (!digest) return;
    if ('sha256' in digest) this.digests.set(added, digest.sha256);
    else this.#objections.push({ pointer: path, message: digest.objection });
  }

  /** A directory that is new keeps its own stream where both have one of a name. */
  #addStreams({ id, streams }: ImportedEntry, added: number, path: string): void {
    if (streams.length === 0) return;
    if (!this.#wanted.streams) {
      this.#object(path, 'has named streams, which need UDF 2.00 or later');
      return;
    }
    const own = new Set(this.#tree.streamsOf(added).map(({ name }) => name));
    for (const stream of streams) if (!own.has(stream.name)) this.#addStream(stream, added, { id, path });
  }

  #addStream(
    { name, ...content }: ImportedStream,
    added: number,
    { id, path }: { readonly id: number; readonly path: string },
  ): void {
    const tree = this.#tree;
    const digest = this.#digests?.get(digestKey(id, name));
    if (digest && 'objection' in digest) {
      const message = `has a named stream "${name}" that ${digest.objection}`;
      this.#objections.push({ pointer: path, message });
    }
    if (content.runs.length === 0) {
      tree.addStream(added, { name, content: content.held ?? new Uint8Array() });
      return;
    }
    const hindrance = objectionTo(content, OF_UDF);
    if (hindrance !== undefined) {
      this.#object(path, `has a named stream "${name}" that ${hindrance}`);
      return;
    }
    const stream = tree.add(added, name, { mapping: this.#mapping, rows: bareRow(content.size), index: 0 });
    this.#setContent(stream, content);
    if (digest && 'sha256' in digest) this.digests.set(stream, digest.sha256);
    tree.addStream(added, { name, content: stream });
  }

  finish(): void {
    const missing = [...this.#removed];
    if (missing.length > 0)
      throw new SpindleError('base-path-unknown', `There is no ${missing[0] ?? ''} in the session.`, {
        errors: missing.map((pointer) => ({ pointer, message: 'is not there' })),
      });
    const [conflict] = this.#conflicts;
    if (conflict)
      throw new SpindleError('name-collision', `${conflict.pointer} ${conflict.message}.`, {
        errors: this.#conflicts.slice(0, MOST_LISTED),
      });
    const [objection] = this.#objections;
    if (objection)
      throw new SpindleError('base-unsuitable', `${objection.pointer} ${objection.message}.`, {
        errors: this.#objections.slice(0, MOST_LISTED),
      });
  }
}

/** Adds to a tree what an earlier session holds and the tree does not. */
export const takeOver = (tree: Tree, base: Base, wanted: Wanted): Taken => {
  const taking = new Taking(tree, wanted, base.digests);
  for (const entry of base.entries) taking.take(entry);
  for (const leftOut of base.leftOut) taking.leaveOut(leftOut);
  taking.finish();
  return taking;
};
