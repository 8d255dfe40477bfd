import type { Moment } from '../binary/calendar.js';
import type { DigestedFile, TakenOverFile } from './digested-file.js';
import type { Extent, ImageSummary, Source } from './image.js';
import type { NameChange } from './name-changes.js';
import type { LongAllocation } from '../udf/extents.js';

/** A source, and where on the disc it stands. */
export interface PlacedSource {
  readonly source: Source;
  /** Path on the disc. */
  readonly place: string;
}

/** Metadata that lies together. */
export interface MetadataRun {
  /** Into the metadata of the image. */
  readonly offset: number;
  readonly bytes: number;
  /** Pieces of it, each valid until the next; whoever needs them again asks again. */
  readonly items: () => Iterable<Uint8Array>;
}

/** The manifest of an image: where its text lies in the only part, and what it says of files with content, by ascending address. */
export interface ManifestContents {
  readonly address: number;
  readonly bytes: number;
  readonly files: { readonly count: number; readonly items: Iterable<DigestedFile> };
  /** Those that lie on the medium already, by their first blocks, with the number of all their runs and of the blocks in these. */
  readonly takenOver: {
    readonly runs: number;
    readonly blocks: number;
    readonly items: Iterable<TakenOverFile>;
  };
}

/** What descriptors of a volume of UDF say of a tree. */
export interface UdfTreeContents {
  readonly recordedAt: Moment;
  readonly rootDirectory: LongAllocation;
  readonly files: number;
  readonly directories: number;
  readonly nextUniqueId: number;
  /** What it shows of the medium as it is: blocks of the medium. */
  readonly kept: () => Iterable<{ readonly block: number; readonly bytes: number }>;
}

/** Everything that an image file holds. What is iterable is taken once, in order, and not kept. */
export interface ImageContents {
  readonly summary: ImageSummary;
  /** Of each part of the summary, by ascending address. */
  readonly extents: readonly { readonly count: number; readonly items: Iterable<Extent> }[];
  readonly sources: { readonly count: number; readonly items: Iterable<PlacedSource> };
  readonly nameChanges: { readonly count: number; readonly items: Iterable<NameChange> };
  /** In the order of their offsets, without gaps. A metadata extent is a whole run; several may be the same one. */
  readonly metadata: { readonly bytes: number; readonly runs: readonly MetadataRun[] };
  readonly manifest?: ManifestContents;
  /** The anchor of its UDF, as it would stand in a block of the medium; absent where there is none. */
  readonly anchorIn?: (block: number) => Uint8Array;
  /** Its tree of UDF, for a volume that is to lead to it; absent where there is none. */
  readonly tree?: UdfTreeContents;
}
