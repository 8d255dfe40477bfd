import { BLOCK } from '../udf/block.js';
import { ALLOCATION, LONGEST_EXTENT, longAllocation, shortAllocation } from '../udf/extents.js';
import { volumeAttributes } from '../udf/extended-attributes.js';
import { encodeEntry, entryRoom, FILE_TYPE } from '../udf/file-entry.js';
import { encodeSpaceBitmap, spaceBitmapBytes } from '../udf/space-bitmap.js';
import {
  encodeVirtualAllocation,
  NO_PREVIOUS,
  UNUSED_VIRTUAL,
  virtualAllocationBytes,
} from '../udf/virtual-allocation.js';
import type { Reach } from './allocator.js';
import { hasSpaceBitmap, partitionBlocks, revisionsOf } from './udf-descriptors.js';
import { freeStretches } from './udf-free-stretches.js';
import { metadataBlocks, physical, type UdfVolume } from './udf-volume.js';
import { volumeNamesOf } from './volume-names.js';

/** OSTA UDF 3.3.3.1: nobody's. */
const NOBODY = 0xffff_ffff;

interface Special {
  readonly fileType: number;
  readonly bytes: number;
  /** First block, in the physical partition; absent where the bytes stand in the entry. */
  readonly first?: number;
  readonly embedded?: Uint8Array;
  readonly uniqueId: number;
  readonly extendedAttributes?: Uint8Array;
}

const NO_ATTRIBUTES = new Uint8Array();

const allocationOf = ({ bytes, first, embedded }: Special, full: boolean): Uint8Array => {
  if (first === undefined) return embedded ?? new Uint8Array();
  const form = full ? longAllocation : shortAllocation;
  const encoded = new Uint8Array(Math.ceil(bytes / LONGEST_EXTENT) * form.size);
  for (let index = 0; index * form.size < encoded.length; index++) {
    const before = index * LONGEST_EXTENT;
    const length = Math.min(bytes - before, LONGEST_EXTENT);
    const run = { length, block: first + before / BLOCK, partition: 0, uniqueId: 0 };
    form.encodeInto(encoded, index * form.size, run);
  }
  return encoded;
};

/** The entry of a file that is in no directory: nobody's, without links. `block` is where it lies on the medium. */
const encodeSpecial = (volume: UdfVolume, of: Special, block: number): Uint8Array => {
  const { createdAtNs, zoneMinutes } = volume.request;
  const target = new Uint8Array(BLOCK);
  const kind = of.first === undefined ? 'embedded' : volume.options.view === 'virtual' ? 'long' : 'short';
  encodeEntry(
    target,
    volume.options.rules,
    {
      icbTag: { fileType: of.fileType, allocation: ALLOCATION[kind] },
      attributes: {
        uid: NOBODY,
        gid: NOBODY,
        permissions: 0,
        zoneMinutes,
        accessedAt: createdAtNs,
        modifiedAt: createdAtNs,
        createdAt: createdAtNs,
        attributesChangedAt: createdAtNs,
      },
      links: 0,
      informationLength: of.bytes,
      blocksRecorded: of.first === undefined ? 0 : Math.ceil(of.bytes / BLOCK),
      uniqueId: of.uniqueId,
      extendedAttributes: of.extendedAttributes ?? NO_ATTRIBUTES,
      allocation: allocationOf(of, kind === 'long'),
    },
    physical(volume, block),
  );
  return target;
};

/** OSTA UDF 2.50 2.2.13: the metadata file and its mirror, each with an entry of its own, and with blocks of its own where these are there twice. */
export const encodeMetadataFile = (volume: UdfVolume, which: 'main' | 'mirror'): Uint8Array => {
  const { metadata, metadataFile, mirror, mirrorFile } = volume.places;
  const isMain = which === 'main';
  return encodeSpecial(
    volume,
    {
      fileType: isMain ? FILE_TYPE.metadata : FILE_TYPE.metadataMirror,
      bytes: metadataBlocks(volume) * BLOCK,
      first: physical(volume, isMain || !volume.options.metadataMirror ? metadata : mirror),
      uniqueId: 0,
    },
    isMain ? metadataFile : mirrorFile,
  );
};

const inWholeBlocks = (bytes: Uint8Array): Uint8Array => {
  const filled = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  filled.set(bytes);
  return filled;
};

/** OSTA UDF 2.50 2.2.13.3: which blocks of the metadata are free. Its entry, behind that of the metadata file, and its contents. */
export const encodeMetadataBitmap = (volume: UdfVolume): Uint8Array[] => {
  const block = volume.places.metadataFile + 1;
  const first = physical(volume, block + 1);
  const blocks = metadataBlocks(volume);
  const tag = { version: volume.options.rules.tagVersion, location: first };
  const used = volume.udf.blocks;
  const bitmap = encodeSpaceBitmap({ blocks, free: [{ first: used, count: blocks - used }] }, tag);
  const bytes = spaceBitmapBytes(blocks);
  const special = { fileType: FILE_TYPE.metadataBitmap, bytes, first, uniqueId: 0 };
  return [encodeSpecial(volume, special, block), inWholeBlocks(bitmap)];
};

export const metadataBitmapBlocks = (volume: UdfVolume): number =>
  hasSpaceBitmap(volume) ? 1 + Math.ceil(spaceBitmapBytes(metadataBlocks(volume)) / BLOCK) : 0;

/** Which blocks of the partition are free. */
export const encodePartitionBitmap = (volume: UdfVolume, reach: Reach): Uint8Array => {
  const { places, options } = volume;
  const location = physical(volume, places.spaceBitmap);
  const space = { blocks: partitionBlocks(volume), free: freeStretches(volume, reach) };
  return inWholeBlocks(encodeSpaceBitmap(space, { version: options.rules.tagVersion, location }));
};

/** Entries of the virtual allocation table: the blocks that are found through it. */
const virtualBlocks = (volume: UdfVolume): Uint32Array => {
  const { udf, places } = volume;
  const blocks = new Uint32Array(udf.blocks).fill(UNUSED_VIRTUAL);
  const first = physical(volume, places.metadata);
  let position = 0;
  for (const { kind, blocks: count } of udf.items()) {
    const isData = kind === 'allocation' || kind === 'directory' || kind === 'stream-names';
    for (let at = position; !isData && at < position + count; at++) blocks[at] = first + at;
    position += count;
  }
  return blocks;
};

const tableBytes = ({ udf, options }: UdfVolume): number =>
  virtualAllocationBytes(udf.blocks, options.rules.extended);

/**
 * Before UDF 2.00 a table says nothing of its volume; its entry does, by an attribute. Linux (6.1) takes what follows the fields of an entry for
 * the table where that is embedded, attributes or not, and mounts no such volume: there the table lies in blocks of its own.
 */
const isTableEmbedded = (volume: UdfVolume): boolean =>
  volume.options.rules.extended && tableBytes(volume) <= entryRoom(volume.options.rules, 0);

/** Blocks of the virtual allocation table before its entry. */
export const virtualAllocationBlocks = (volume: UdfVolume): number =>
  isTableEmbedded(volume) ? 0 : Math.ceil(tableBytes(volume) / BLOCK);

const aboutVolume = ({ udf, request }: UdfVolume) => ({
  logicalVolumeIdentifier: volumeNamesOf(request).udf,
  files: udf.files,
  directories: udf.directories.length,
});

const encodeTable = (volume: UdfVolume): Uint8Array => {
  const { options } = volume;
  const about = {
    ...aboutVolume(volume),
    ...revisionsOf(volume),
    previous: options.continues?.previousTable ?? NO_PREVIOUS,
  };
  return encodeVirtualAllocation(virtualBlocks(volume), about, options.rules);
};

export const encodeVirtualTable = (volume: UdfVolume): Uint8Array =>
  isTableEmbedded(volume) ? new Uint8Array() : inWholeBlocks(encodeTable(volume));

const tableAttributes = (volume: UdfVolume): Uint8Array => {
  const { word, extended } = volume.options.rules;
  if (extended) return NO_ATTRIBUTES;
  const location = physical(volume, volume.places.virtualAllocation);
  const verification = BigInt(volume.udf.nextUniqueId);
  return volumeAttributes({ ...aboutVolume(volume), verification }, { word, location });
};

/** OSTA UDF 1.50 2.2.10: the entry of the table is the last block that is recorded; readers find everything from there. */
export const encodeVirtualEntry = (volume: UdfVolume): Uint8Array => {
  const { places, options, udf } = volume;
  const fileType = options.rules.extended ? FILE_TYPE.virtualAllocationTable : FILE_TYPE.unspecified;
  const content = isTableEmbedded(volume)
    ? { embedded: encodeTable(volume) }
    : { first: physical(volume, places.virtualAllocation) - virtualAllocationBlocks(volume) };
  const special = {
    fileType,
    bytes: tableBytes(volume),
    uniqueId: udf.nextUniqueId,
    extendedAttributes: tableAttributes(volume),
    ...content,
  };
  return encodeSpecial(volume, special, places.virtualAllocation);
};
