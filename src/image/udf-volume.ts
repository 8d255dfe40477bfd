import { BLOCK, blocksFor } from '../udf/block.js';
import type { LongAllocation } from '../udf/extents.js';
import { entryRoom } from '../udf/file-entry.js';
import { METADATA_UNIT } from '../udf/partition-maps.js';
import type { Contents } from './contents.js';
import type { TreeRequest } from './master-request.js';
import type { NamedStream } from './streams.js';
import type { UdfOptions } from './udf-options.js';
import type { UdfTree } from './udf-tree.js';

/** Where things of a UDF volume lie, in blocks of the medium; filled in by the allocator. */
export interface UdfPlaces {
  partitionStart: number;
  /** The first block that is none of the partition. */
  partitionEnd: number;
  mainSequence: number;
  reserveSequence: number;
  integrity: number;
  metadata: number;
  /** Entries of the metadata file and its mirror, and the mirror's blocks. */
  metadataFile: number;
  mirror: number;
  mirrorFile: number;
  spaceBitmap: number;
  /** Both copies of the sparing table, and the packets that it hands out. */
  sparingTable: number;
  secondSparingTable: number;
  sparePackets: number;
  /** The first block that is free in the partition. */
  free: number;
  virtualAllocation: number;
}

/** Contents that no source file has and that do not fit their entry: long link targets, what users attached to files. */
export interface Loose {
  readonly bytes: Uint8Array;
  block: number;
}

/** What UDF has of a volume. */
export interface UdfVolume {
  readonly request: TreeRequest;
  readonly options: UdfOptions;
  readonly udf: UdfTree;
  readonly contents: Contents;
  readonly places: UdfPlaces;
  readonly loose: ReadonlyMap<string, Loose>;
  /** Sixteen hexadecimal digits that no other volume has. */
  readonly identity: string;
  /** All bytes of a source. */
  readonly readSource: (entry: number) => Uint8Array;
}

const NOT_YET: UdfPlaces = {
  partitionStart: 0,
  partitionEnd: 0,
  mainSequence: 0,
  reserveSequence: 0,
  integrity: 0,
  metadata: 0,
  metadataFile: 0,
  mirror: 0,
  mirrorFile: 0,
  spaceBitmap: 0,
  sparingTable: 0,
  secondSparingTable: 0,
  sparePackets: 0,
  free: 0,
  virtualAllocation: 0,
};

export const linkKey = (entry: number): string => `link ${entry}`;
export const streamKey = (entry: number, index: number): string => `stream ${entry} ${index}`;

/** Whether the contents of a stream stand in its own entry. */
export const isEmbeddedStream = ({ rules }: UdfOptions, { content }: NamedStream): boolean =>
  typeof content !== 'number' && content.length <= entryRoom(rules, 0);

const looseContents = (udf: UdfTree): Map<string, Loose> => {
  const loose = new Map<string, Loose>();
  for (const item of udf.items()) {
    if (item.kind === 'stream') {
      const stream = udf.streamsOf(item.entry)[item.index];
      if (stream && typeof stream.content !== 'number' && !isEmbeddedStream(udf.options, stream))
        loose.set(streamKey(item.entry, item.index), { bytes: stream.content, block: 0 });
    } else if (item.kind === 'entry' && udf.tree.kind(item.entry) === 'link' && !udf.isEmbedded(item.entry))
      loose.set(linkKey(item.entry), { bytes: udf.linkBytes(item.entry), block: 0 });
  }
  return loose;
};

/** First pass over UDF: everything is measured, nothing has an address yet. */
export const measureUdfVolume = (
  parts: Pick<UdfVolume, 'request' | 'options' | 'udf' | 'contents' | 'identity' | 'readSource'>,
): UdfVolume => ({ ...parts, places: { ...NOT_YET }, loose: looseContents(parts.udf) });

/** Blocks that the metadata takes: whole units where it is a file of its own. */
export const metadataBlocks = ({ options, udf }: UdfVolume): number =>
  options.view === 'metadata' ? Math.ceil(udf.blocks / METADATA_UNIT) * METADATA_UNIT : udf.blocks;

/** A block of the medium as the physical partition counts it. */
export const physical = ({ places }: UdfVolume, block: number): number => block - places.partitionStart;

/** Address of an entry: its block in the partition through which entries are seen, and the index of that partition's map. */
export const entryBlock = (volume: UdfVolume, position: number): number =>
  volume.options.view === 'plain' ? physical(volume, volume.places.metadata) + position : position;

const entryPartition = ({ options }: UdfVolume): number => (options.view === 'plain' ? 0 : 1);

export const entryAllocation = (volume: UdfVolume, position: number, uniqueId = 0): LongAllocation => ({
  length: BLOCK,
  block: entryBlock(volume, position),
  partition: entryPartition(volume),
  uniqueId: volume.options.rules.identifiesNames ? uniqueId : 0,
});

/** Blocks that are no entries, directories above all: a virtual partition has none of them (OSTA UDF 2.00 2.2.10). */
export const dataBlock = (volume: UdfVolume, position: number): number =>
  volume.options.view === 'metadata' ? position : physical(volume, volume.places.metadata) + position;

export const dataPartition = ({ options }: UdfVolume): number => (options.view === 'metadata' ? 1 : 0);

/** Byte of the medium with which the contents of a stream begin that no source has: they are in blocks of their own, or end its entry. */
export const streamAddress = (
  { udf, loose, options, places }: UdfVolume,
  entry: number,
  index: number,
): number => {
  const apart = loose.get(streamKey(entry, index));
  if (apart) return apart.block * BLOCK;
  const position = udf.streamPosition(entry) + 1 + udf.streamNamesBlocks(entry) + index;
  return (places.metadata + position + 1) * BLOCK - entryRoom(options.rules, 0);
};

/** Blocks of contents that no source has. */
export const looseBlocks = ({ loose }: UdfVolume): number => {
  let blocks = 0;
  for (const { bytes } of loose.values()) blocks += blocksFor(bytes.length);
  return blocks;
};
