import type { ImportedFileSystem } from './file-systems.js';

/** What one file system of a volume holds. */
export interface ViewSummary {
  readonly view: ImportedFileSystem | 'udf';
  readonly volumeIdentifier: string;
  readonly files: number;
  readonly directories: number;
  /** Bytes of all files. */
  readonly bytes: number;
}

/** The same, and of its files the first block and the size, with a path of each. */
export interface ValidatedView {
  readonly summary: ViewSummary;
  readonly contents: ReadonlyMap<string, string>;
}
