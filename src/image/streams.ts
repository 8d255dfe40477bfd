import { nameEntries, type Naming } from '../iso9660/names.js';

/** A named stream of a file or directory: what users attached to it, or a file that lies beside the tree. */
export interface NamedStream {
  readonly name: string;
  /** The attached bytes, or the entry of the tree that has the contents. */
  readonly content: Uint8Array | number;
}

/** What a list has by its path, or a named stream of it: no path has a NUL. */
export const listedName = (path: string, stream?: string): string =>
  stream === undefined ? path : `${path}\0${stream}`;

export const NO_STREAMS: readonly NamedStream[] = [];

/** Those of the entries of a tree, each in the order in which it got them. */
export class NamedStreams {
  readonly #streams = new Map<number, readonly NamedStream[]>();
  readonly #contents = new Set<number>();

  /** Entries that are the contents of streams. They belong to no directory: they stand beside the tree. */
  get contents(): Iterable<number> {
    return this.#contents;
  }

  of(entry: number): readonly NamedStream[] {
    return this.#streams.get(entry) ?? NO_STREAMS;
  }

  find(entry: number, name: string): NamedStream | undefined {
    return this.of(entry).find((stream) => stream.name === name);
  }

  add(entry: number, stream: NamedStream): void {
    this.#streams.set(entry, [...this.of(entry), stream]);
    if (typeof stream.content === 'number') this.#contents.add(stream.content);
  }

  /** What was attached to a source of an entry; of what merges, that which came first has its own. */
  attachMissing(entry: number, attributes: Iterable<readonly [name: string, value: Uint8Array]>): void {
    for (const [name, content] of attributes) if (!this.find(entry, name)) this.add(entry, { name, content });
  }

  remove(entry: number, { name, content }: NamedStream): void {
    const left = this.of(entry).filter((stream) => stream.name !== name);
    this.#streams.set(entry, left);
    if (typeof content === 'number') this.#contents.delete(content);
  }
}

/** What streams of one file are called: OSTA UDF 2.50 2.3.4.6 wants names of a directory unlike each other, theirs too. */
export const recordedStreamNames = (streams: readonly NamedStream[], naming: Naming): readonly string[] =>
  // Most files have none, and all are asked.
  streams.length === 0
    ? []
    : nameEntries(
        streams.map(({ name }) => ({ name, directory: false })),
        naming,
      );
