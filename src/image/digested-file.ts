import type { ContentRun } from './file-extents.js';

/** A file, or a named stream of one, of which the contents have their place. */
export interface DigestedFile {
  /** Path on the disc, of the first of its names. */
  readonly path: string;
  /** Name of the stream; absent where it is the file itself. */
  readonly stream?: string;
  /** Bytes within the part. */
  readonly address: number;
  readonly length: number;
  readonly sha256: Uint8Array;
}

/** A file, or a named stream of one, of an earlier session that the image shows, too. */
export interface TakenOverFile {
  /** Path on the disc, of the first of its names. */
  readonly path: string;
  readonly stream?: string;
  /** Where it lies on the medium. */
  readonly runs: readonly ContentRun[];
  readonly sha256: Uint8Array;
}
