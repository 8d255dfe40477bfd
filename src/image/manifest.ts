import { BLOCK, blocksFor } from '../iso9660/block.js';
import { STAT } from '../os/stat.js';
import type { Region } from './allocator.js';
import type { PlacedContents } from './contents.js';
import { addMadeFile } from './made-file.js';
import type { ListedEntry } from './listed-entries.js';
import { type Listed, manifestLine, manifestLineBytes } from './manifest-line.js';
import type { Tree } from './tree.js';

/** SHA-256 of what an entry or a stream of it contains. */
export type DigestOf = (listed: ListedEntry) => Uint8Array;

const inLine = ({ path, stream }: ListedEntry): Listed => ({ path, stream: stream?.name });

/**
 * The file that lists the SHA-256 of all others, and of named streams. It has its place in the tree from the beginning, its length when everything is named, and
 * its contents when everything was read.
 */
export class Manifest {
  readonly entry: number;
  /** SHA-256 of what is recorded already, in hex: it was read before. */
  readonly known: ReadonlyMap<number, string>;
  readonly #tree: Tree;
  #listed: () => Iterable<ListedEntry> = () => [];
  #digest: DigestOf = () => {
    throw new Error('no file was digested yet');
  };

  constructor(tree: Tree, path: string, known: Manifest['known']) {
    this.#tree = tree;
    this.known = known;
    this.entry = addMadeFile(tree, path, { bytes: 0, what: 'the manifest' });
  }

  /** All files but the manifest itself, with each of their names, and all streams. */
  *listed(): Generator<ListedEntry> {
    for (const listed of this.#listed()) if (listed.entry !== this.entry) yield listed;
  }

  /** Says what is listed, by which names; the manifest has its length then. */
  measure(listed: () => Iterable<ListedEntry>): void {
    this.#listed = listed;
    let bytes = 0;
    for (const one of this.listed()) bytes += manifestLineBytes(inLine(one));
    this.#tree.set(this.entry, STAT.size, BigInt(bytes));
  }

  /** Says what the lines say, before any of them is written. */
  fill(digest: DigestOf): void {
    this.#digest = digest;
  }

  *#pieces(bytes: number): Generator<Uint8Array> {
    for (const one of this.listed()) yield manifestLine(inLine(one), this.#digest(one));
    yield new Uint8Array(blocksFor(bytes) * BLOCK - bytes);
  }

  region({ place }: Pick<PlacedContents, 'place'>): Region {
    const bytes = this.#tree.contentBytes(this.entry);
    return {
      blocks: blocksFor(bytes),
      place: (block) => {
        place(this.entry, block);
      },
      bytes: () => this.#pieces(bytes),
    };
  }
}
