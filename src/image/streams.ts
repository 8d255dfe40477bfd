import { nameEntries } from '../iso9660/names.js';
import { udfNaming } from '../udf/names.js';

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

/** What streams of one file are called: OSTA UDF 2.50 2.3.4.6 wants names of a directory unlike each other, theirs too. */
export const recordedStreamNames = (streams: readonly NamedStream[]): readonly string[] =>
  // Most files have none, and all are asked.
  streams.length === 0
    ? []
    : nameEntries(
        streams.map(({ name }) => ({ name, directory: false })),
        udfNaming,
      );
