/** A file of which the contents have their place. */
export interface DigestedFile {
  /** Path on the disc, of the first of its names. */
  readonly path: string;
  /** Bytes within the part. */
  readonly address: number;
  readonly length: number;
  readonly sha256: Uint8Array;
}
