import { ANCHOR_BLOCK, ANCHOR_DISTANCE } from '../udf/anchor-places.js';
import { METADATA_UNIT } from '../udf/partition-maps.js';
import { BLOCK, blocksFor, ECC_BLOCKS } from '../udf/block.js';
import { RECOGNITION_BLOCKS, volumeRecognition } from '../udf/recognition.js';
import { spaceBitmapBytes } from '../udf/space-bitmap.js';
import { PACKET_BLOCKS, SPARE_PACKETS } from '../udf/sparing.js';
import type { Region } from './allocator.js';
import type { ImageEnd } from './hybrid.js';
import {
  encodeAnchor,
  encodeIntegritySequence,
  encodeSequence,
  encodeSparing,
  hasSpaceBitmap,
  INTEGRITY_BLOCKS,
  SEQUENCE_BLOCKS,
} from './udf-descriptors.js';
import { encodeMetadata } from './udf-metadata.js';
import {
  encodeMetadataBitmap,
  encodeMetadataFile,
  encodePartitionBitmap,
  encodeVirtualEntry,
  encodeVirtualTable,
  metadataBitmapBlocks,
  virtualAllocationBlocks,
} from './udf-special-files.js';
import { looseBlocks, metadataBlocks, type UdfPlaces, type UdfVolume } from './udf-volume.js';

/** Where others look, or put them too: OSTA UDF 2.2.3 for the anchor, IMAPI and mkudffs for the rest. */
const MAIN_SEQUENCE = 32;
const RESERVE_SEQUENCE = 48;
const INTEGRITY = 64;

/** Blocks after the last content, as ISO 9660 has them; here they hold anchors, so that any idea of where the medium ends finds one. */
const LAST_ANCHORS = 150;

const PLAIN_END: ImageEnd = { multiple: ECC_BLOCKS, taken: 0 };

const remember =
  ({ places }: UdfVolume, what: keyof UdfPlaces) =>
  (block: number): void => {
    places[what] = block;
  };

/** Nothing but a place. */
const mark = (volume: UdfVolume, what: keyof UdfPlaces, align = 1): Region => ({
  blocks: 0,
  align,
  place: remember(volume, what),
});

const sequenceRegion = (
  volume: UdfVolume,
  which: 'mainSequence' | 'reserveSequence',
  place: Pick<Region, 'from' | 'align'>,
): Region => ({
  blocks: SEQUENCE_BLOCKS,
  ...place,
  place: remember(volume, which),
  bytes: () => encodeSequence(volume, volume.places[which]),
});

/** What readers find at fixed places. */
export function* udfFrontRegions(volume: UdfVolume): Generator<Region> {
  const { options } = volume;
  yield { blocks: RECOGNITION_BLOCKS, bytes: () => volumeRecognition(options.rules.standard) };
  yield sequenceRegion(volume, 'mainSequence', { from: MAIN_SEQUENCE });
  // A volume that is to be continued ends with its virtual allocation table; everything else comes before.
  if (options.view === 'virtual') yield sequenceRegion(volume, 'reserveSequence', { from: RESERVE_SEQUENCE });
  yield {
    blocks: INTEGRITY_BLOCKS,
    from: INTEGRITY,
    place: remember(volume, 'integrity'),
    bytes: (reach) => encodeIntegritySequence(volume, reach),
  };
  let anchor = 0;
  yield {
    blocks: 1,
    from: ANCHOR_BLOCK,
    place: (block) => {
      anchor = block;
    },
    bytes: () => [encodeAnchor(volume, anchor)],
  };
  if (options.sparing === true) yield sparingRegion(volume, 'sparingTable');
}

/** Each copy of the table lies in a packet of its own, which nothing else of the volume is in. */
const sparingRegion = (volume: UdfVolume, which: 'sparingTable' | 'secondSparingTable'): Region => ({
  blocks: 1,
  align: PACKET_BLOCKS,
  place: remember(volume, which),
  bytes: () => [encodeSparing(volume, volume.places[which])],
});

/** Behind the partition, so that nothing of it has to be kept from being allocated. */
const spareRegions = (volume: UdfVolume): Region[] => [
  {
    blocks: SPARE_PACKETS * PACKET_BLOCKS,
    align: PACKET_BLOCKS,
    place: remember(volume, 'sparePackets'),
  },
  sparingRegion(volume, 'secondSparingTable'),
];

const metadataRegion = (volume: UdfVolume): Region => ({
  blocks: metadataBlocks(volume),
  align: volume.options.view === 'metadata' ? METADATA_UNIT : 1,
  place: remember(volume, 'metadata'),
  bytes: () => encodeMetadata(volume),
});

function* encodeLoose({ loose }: UdfVolume): Generator<Uint8Array> {
  for (const { bytes } of loose.values()) {
    const filled = new Uint8Array(blocksFor(bytes.length) * BLOCK);
    filled.set(bytes);
    yield filled;
  }
}

const looseRegion = (volume: UdfVolume): Region => ({
  blocks: looseBlocks(volume),
  place: (first) => {
    let block = first;
    for (const loose of volume.loose.values()) {
      loose.block = block;
      block += blocksFor(loose.bytes.length);
    }
  },
  bytes: () => encodeLoose(volume),
});

function* encodeMetadataFiles(volume: UdfVolume): Generator<Uint8Array> {
  yield encodeMetadataFile(volume, 'main');
  if (hasSpaceBitmap(volume)) yield* encodeMetadataBitmap(volume);
}

/** What is new begins with a whole ECC block; the partition does where the earliest content that is shown lies. */
const partitionStart = (volume: UdfVolume): Region => ({
  blocks: 0,
  align: ECC_BLOCKS,
  place: (block) => {
    volume.places.partitionStart = Math.min(block, volume.options.continues?.partitionStart ?? block);
  },
});

/** The beginning of the partition. `metadata` is what a mirror repeats. */
export const udfMetadataRegions = (
  volume: UdfVolume,
): { readonly regions: readonly Region[]; readonly metadata: Region } => {
  const metadata = metadataRegion(volume);
  const files: Region = {
    blocks: 1 + metadataBitmapBlocks(volume),
    place: remember(volume, 'metadataFile'),
    bytes: () => encodeMetadataFiles(volume),
  };
  return {
    metadata,
    regions: [
      partitionStart(volume),
      ...(volume.options.view === 'metadata' ? [files] : []),
      metadata,
      looseRegion(volume),
    ],
  };
};

/** OSTA UDF 2.50 2.2.13: the mirror lies far from the metadata, and so does its entry. */
const mirrorRegions = (volume: UdfVolume, metadata: Region): Region[] => [
  ...(volume.options.metadataMirror
    ? [
        {
          blocks: metadata.blocks,
          align: METADATA_UNIT,
          place: remember(volume, 'mirror'),
          repeats: metadata,
        },
      ]
    : []),
  {
    blocks: 1,
    place: remember(volume, 'mirrorFile'),
    bytes: () => [encodeMetadataFile(volume, 'mirror')],
  },
];

/** A bitmap describes its own blocks too. */
const bitmapBlocks = (others: number): number => {
  let blocks = 1;
  while (blocks * BLOCK < spaceBitmapBytes(others + blocks + ECC_BLOCKS)) blocks++;
  return blocks;
};

function* bitmapRegions(volume: UdfVolume): Generator<Region> {
  const { places, options } = volume;
  yield mark(volume, 'spaceBitmap');
  yield {
    blocks: bitmapBlocks(places.spaceBitmap - places.partitionStart + options.freeBlocks),
    bytes: (reach) => [encodePartitionBitmap(volume, reach)],
  };
  yield { blocks: options.freeBlocks, place: remember(volume, 'free') };
}

function* encodeAnchors(volume: UdfVolume, first: number, blocks: number): Generator<Uint8Array> {
  for (let block = first; block < first + blocks; block++) yield encodeAnchor(volume, block);
}

const roundUp = (block: number, unit: number): number => Math.ceil(block / unit) * unit;

/** The table is the last block, and the next session begins with a whole ECC block. */
function* virtualEnd(volume: UdfVolume, first: number): Generator<Region> {
  const { places } = volume;
  const tableBlocks = virtualAllocationBlocks(volume);
  yield mark(volume, 'free');
  const last = roundUp(places.free + tableBlocks + 1, ECC_BLOCKS) - 1;
  yield {
    blocks: tableBlocks,
    from: last - tableBlocks - first,
    bytes: () => [encodeVirtualTable(volume)],
  };
  yield {
    blocks: 1,
    place: remember(volume, 'virtualAllocation'),
    bytes: () => [encodeVirtualEntry(volume)],
  };
  yield mark(volume, 'partitionEnd');
}

/** The image that a volume lies in. */
interface AroundVolume {
  /** Its first block. */
  readonly first: number;
  /** How it is to end; undefined where the volume ends it. */
  readonly end: ImageEnd | undefined;
}

/**
 * Anchors up to the end of the image, or to what else ends it: then they reach back to the 256th block before the last one, where OSTA UDF
 * 2.2.3 has one where the last block has none. One lies that far from the end even where zeros are recorded behind the image, as on CDs.
 */
const anchorsRegion = (volume: UdfVolume, first: number, end: ImageEnd | undefined): Region => {
  const { multiple, taken } = end ?? PLAIN_END;
  const least = end ? ANCHOR_DISTANCE + 1 : LAST_ANCHORS;
  const blocks = roundUp(first + least, multiple) - taken - first;
  return { blocks, bytes: () => encodeAnchors(volume, first, blocks) };
};

/** What follows the contents. */
export function* udfEndRegions(
  volume: UdfVolume,
  metadata: Region,
  { first, end }: AroundVolume,
): Generator<Region> {
  const { options, places } = volume;
  if (options.view === 'virtual') {
    yield* virtualEnd(volume, first);
    return;
  }
  if (options.view === 'metadata') yield* mirrorRegions(volume, metadata);
  if (hasSpaceBitmap(volume)) yield* bitmapRegions(volume);
  // OSTA UDF 1.50 2.2.9: a sparable partition is a number of whole packets.
  yield mark(volume, 'partitionEnd', options.sparing === true ? PACKET_BLOCKS : 1);
  if (options.sparing === true) yield* spareRegions(volume);
  yield sequenceRegion(volume, 'reserveSequence', { align: ECC_BLOCKS });
  yield anchorsRegion(volume, places.reserveSequence + SEQUENCE_BLOCKS, end);
}
