/** A named stream of a file or directory: what users attached to it, or a file that lies beside the tree. */
export interface NamedStream {
  readonly name: string;
  /** The attached bytes, or the entry of the tree that has the contents. */
  readonly content: Uint8Array | number;
}

export const NO_STREAMS: readonly NamedStream[] = [];
