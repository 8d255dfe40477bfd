/** What the UDF reader of tests finds. */
export interface UdfFile {
  readonly path: string;
  readonly type: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly size: number;
  readonly blocksRecorded: number;
  readonly uniqueId: number;
  /** Of the name that led here. */
  readonly nameId: number;
  /** Block of the entry in the partition through which it was found. */
  readonly block: number;
  /** Microseconds since 1970. */
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly created: bigint | undefined;
  readonly changed: bigint;
  readonly embedded: boolean;
  readonly isStream: boolean;
  readonly extents: number;
  readonly content: Buffer;
  readonly streams: readonly UdfFile[];
}

export interface UdfVolume {
  readonly revision: number;
  readonly anchors: readonly number[];
  readonly volumeIdentifier: string;
  readonly volumeSetIdentifier: string;
  readonly logicalVolumeIdentifier: string;
  readonly accessType: number;
  readonly partition: { readonly start: number; readonly length: number };
  readonly maps: readonly string[];
  readonly integrity: {
    readonly closed: boolean;
    readonly nextUniqueId: number;
    readonly free: readonly number[];
    readonly sizes: readonly number[];
    readonly files: number;
    readonly directories: number;
    readonly revisions: readonly number[];
  };
  /** Blocks of the partition that its bitmap says are free; undefined where there is none. */
  readonly free: readonly number[] | undefined;
  readonly files: readonly UdfFile[];
}
