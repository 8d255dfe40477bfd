import type { ContentRun } from './file-extents.js';

/** A file of which the contents have their place. */
export interface DigestedFile {
  /** Path on the disc, of the first of its names. */
  readonly path: string;
  /** Bytes within the part. */
  readonly address: number;
  readonly length: number;
  readonly sha256: Uint8Array;
}

/** A file of an earlier session that the image shows, too. */
export interface TakenOverFile {
  /** Path on the disc, of the first of its names. */
  readonly path: string;
  /** Where it lies on the medium. */
  readonly runs: readonly ContentRun[];
  readonly sha256: Uint8Array;
}
