import type { UdfFlags } from '../../udf/entry-fields.js';
import type { IsoEntry, Run } from './iso-entry.js';

/** Blocks on the medium that hold content, or none that are: so many bytes that were never written and read as zeros. */
export interface ImportedRun extends Run {
  readonly hole?: true;
}

/** Content as it lies on the medium: in runs of blocks, or within an entry, of which it has to be taken out. */
export interface ImportedContent {
  readonly size: number;
  readonly runs: readonly ImportedRun[];
  readonly held: Uint8Array | undefined;
}

/** A named stream of a file that is taken over. */
export interface ImportedStream extends ImportedContent {
  readonly name: string;
}

/**
 * A file or directory that the session that is continued holds. What Rock Ridge says of a file is said here of one of UDF, too, by the fields
 * that it has for that.
 */
export interface ImportedEntry extends Omit<IsoEntry, 'runs'>, ImportedContent {
  /** What tells a file from all others of the session; its hard links share it. */
  readonly identity: number;
  readonly streams: readonly ImportedStream[];
  readonly udfFlags?: UdfFlags;
}
