/**
 * The Image: the one type that mastering, albums, image files and disc copies produce and that recording,
 * verification, layout and HTTP Range use. It is a value that describes bytes; it holds none but metadata.
 */

import type { ImportedFileSystem } from './import/file-systems.js';

/** What one address of a part holds. An ISO 9660 image has units of 2,048 main bytes and no subchannel. */
export interface Unit {
  /** Main channel bytes per unit: 2048, 2352, …, or the block size of a disk. */
  readonly mainBytes: number;
  /** Subchannel bytes per unit that follow the main bytes: 0, 16 or 96. */
  readonly subchannelBytes: 0 | 16 | 96;
}

export const DATA_UNIT: Unit = { mainBytes: 2048, subchannelBytes: 0 };

export const unitBytes = (unit: Unit): number => unit.mainBytes + unit.subchannelBytes;

/** Parts are written in list order; bytes of an image are counted over all of them. */
export interface Part {
  /** Session on the medium, counted from 1 in the image, i.e. 1 is the session that this image begins. */
  readonly session: number;
  /** Track within the image, counted from 1. */
  readonly track: number;
  readonly unit: Unit;
  /** Address of the first unit on the medium; negative on CD lead-ins and pre-gaps. */
  readonly start: number | 'next-writable';
  /** In units. */
  readonly length: number;
}

/** The part that holds a byte of an image, and where in the part it lies; undefined behind the last one. */
export const placeInParts = (
  parts: readonly Part[],
  address: number,
): { readonly part: number; readonly address: number } | undefined => {
  let before = 0;
  for (const [part, { unit, length }] of parts.entries()) {
    const bytes = length * unitBytes(unit);
    if (address < before + bytes) return { part, address: address - before };
    before += bytes;
  }
  return undefined;
};

/**
 * Where bytes of a part come from. `address` and `length` are bytes within the part; extents are disjoint
 * and ascending, and what no extent covers is zero.
 */
export type Extent =
  | {
      readonly kind: 'metadata';
      readonly address: number;
      readonly length: number;
      /** Into the metadata of the image. */ readonly offset: number;
    }
  | {
      readonly kind: 'source';
      readonly address: number;
      readonly length: number;
      readonly source: number;
      /** Into the source. */ readonly offset: number;
    };

/** A file beneath a root, as it was when it was measured. It is read only if it still is all of this. */
export interface Source {
  /** Name of the root. */
  readonly root: string;
  /** Path beneath the root, `/` between names, no leading `/`; empty for the root itself. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** A directory that sources lie beneath, by name. Clients name roots, never absolute paths. */
export interface Root {
  readonly name: string;
  /** Absolute path on this machine. */
  readonly path: string;
}

/** What an image continues: a session on a medium, whose files it shows too and without which it is worth nothing. */
export interface Continued {
  /** First block of the session. */
  readonly start: number;
  /** By which file system it was read. */
  readonly fileSystem: ImportedFileSystem;
  /** Files and directories that were taken over. */
  readonly entries: number;
  /** Hex; by what the medium is known. */
  readonly recording: string;
  /** Blocks of those files that the manifest lists; absent where it lists none. */
  readonly listedBlocks?: number;
}

/** What planning needs to know of an image; small enough for a message. Lengths in units of each part. */
export interface ImageSummary {
  readonly parts: readonly Part[];
  /** Bytes of all parts. */
  readonly bytes: number;
  readonly volumeIdentifier: string;
  /** Number of files and of directories in the image; 0 for a foreign image file. */
  readonly files: number;
  readonly directories: number;
  /** Number of sources smaller than 64 KiB: opening them takes longer than reading them. */
  readonly smallFiles: number;
  /** Hex; names the request (tree and options) that made the image. */
  readonly requestDigest: string;
  /** Its last block leads to all others and must be the last that is recorded: a virtual allocation table of UDF ends it. */
  readonly endsWithTable?: true;
  /** Absent where it begins a medium, or hides what was there. */
  readonly continues?: Continued;
}
