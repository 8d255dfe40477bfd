import type { Report } from './findings.js';
import type { ImportedFileSystem } from './file-systems.js';
import type { ImportedRun } from './imported-entry.js';

/** What one file system of a volume holds. */
export interface ViewSummary {
  readonly view: ImportedFileSystem;
  readonly volumeIdentifier: string;
  readonly files: number;
  readonly directories: number;
  /** Bytes of all files. */
  readonly bytes: number;
}

/** Where the contents of a file or stream lie. */
export interface FileContents {
  readonly runs: readonly ImportedRun[];
  /** Bytes; more than those of the runs where not all of it can be found. */
  readonly size: number;
  /** SHA-256, in hex, of contents that stand in an entry; there are no runs then. */
  readonly sha256?: string;
}

/** The same, and of its files the first block and the size, with a path of each. */
export interface ValidatedView {
  readonly summary: ViewSummary;
  readonly contents: ReadonlyMap<string, string>;
  /** All files by their paths; empty where nobody wants to know. */
  readonly files: ReadonlyMap<string, FileContents>;
  /** All named streams by `listedName`; empty where there are none, or nobody wants to know. */
  readonly streams: ReadonlyMap<string, FileContents>;
}

/** Who hears of what is wrong, and whether files are to be found by their paths afterwards. */
export interface Reporting {
  readonly report: Report;
  readonly keepsFiles: boolean;
}
