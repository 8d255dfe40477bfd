import { BLOCK, blocksFor } from '../iso9660/block.js';
import { STAT } from '../os/stat.js';
import type { Region } from './allocator.js';
import type { PlacedContents } from './contents.js';
import { addMadeFile } from './made-file.js';
import { manifestLine, manifestLineBytes } from './manifest-line.js';
import type { ShownFile } from './shown-files.js';
import type { Tree } from './tree.js';

/**
 * The file that lists the SHA-256 of all others. It has its place in the tree from the beginning, its length when everything is named, and
 * its contents when everything was read.
 */
export class Manifest {
  readonly entry: number;
  /** SHA-256 of what is recorded already, in hex: it was read before. */
  readonly known: ReadonlyMap<number, string>;
  readonly #tree: Tree;
  #files: () => Iterable<ShownFile> = () => [];
  #digest: (entry: number) => Uint8Array = () => {
    throw new Error('no file was digested yet');
  };

  constructor(tree: Tree, path: string, known: Manifest['known']) {
    this.#tree = tree;
    this.known = known;
    this.entry = addMadeFile(tree, path, { bytes: 0, what: 'the manifest' });
  }

  /** All files but the manifest itself, with each of their names. */
  *files(): Generator<ShownFile> {
    for (const file of this.#files()) if (file.entry !== this.entry) yield file;
  }

  /** Says which names files have; the manifest has its length then. */
  measure(files: () => Iterable<ShownFile>): void {
    this.#files = files;
    let bytes = 0;
    for (const { path } of this.files()) bytes += manifestLineBytes(path);
    this.#tree.set(this.entry, STAT.size, BigInt(bytes));
  }

  /** Says what the lines say, before any of them is written. */
  fill(digest: (entry: number) => Uint8Array): void {
    this.#digest = digest;
  }

  *#pieces(bytes: number): Generator<Uint8Array> {
    for (const { entry, path } of this.files()) yield manifestLine(path, this.#digest(entry));
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
