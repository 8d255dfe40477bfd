import type { RockRidge } from '../../iso9660/rock-ridge-entries.js';
import type { FileKind } from '../../os/stat.js';
import type { ImportedFileSystem } from './file-systems.js';

/** A run of blocks on the medium that holds content. */
export interface Run {
  readonly block: number;
  readonly bytes: number;
}

/** How the tree of an ISO 9660 volume is looked at. */
export type IsoView = Exclude<ImportedFileSystem, 'udf'>;

/** A file or directory of a volume. Entries are numbered in the order in which they are found; the root is 0, its own parent. */
export interface IsoEntry {
  readonly id: number;
  readonly parent: number;
  /** As src/os gives names; empty for the root. */
  readonly name: string;
  readonly kind: FileKind;
  /** Bytes of content. */
  readonly size: number;
  readonly runs: readonly Run[];
  readonly hidden: boolean;
  /** Of its record: nanoseconds since 1970; undefined where unset. */
  readonly recordedNs: bigint | undefined;
  readonly rockRidge: RockRidge;
  /** Target of a symbolic link. */
  readonly target: string | undefined;
}
