import { BLOCK } from '../udf/block.js';
import { contentsIdentifier, DEVELOPER, domainIdentifier, udfIdentifier } from '../udf/entity-identifiers.js';
import { fileSet } from '../udf/file-set.js';
import { encodeIntegrity, UNKNOWN_SPACE } from '../udf/integrity.js';
import {
  METADATA_UNIT,
  metadataMap,
  NO_BITMAP_FILE,
  PHYSICAL_MAP,
  sparableMap,
  virtualMap,
} from '../udf/partition-maps.js';
import { spaceBitmapBytes } from '../udf/space-bitmap.js';
import { encodeSparingTable, PACKET_BLOCKS, SPARING_TABLE_BYTES } from '../udf/sparing.js';
import { seal, TAG } from '../udf/tag.js';
import { cutText } from '../udf/text.js';
import {
  ACCESS_TYPES,
  anchorVolumePointer,
  logicalVolume,
  logicalVolumeInformation,
  partition,
  primaryVolume,
  terminating,
  unallocatedSpace,
} from '../udf/volume-descriptors.js';
import type { Reach } from './allocator.js';
import { createdAt } from './master-request.js';
import { freeBlocks } from './udf-free-stretches.js';
import { entryAllocation, entryBlock, metadataBlocks, physical, type UdfVolume } from './udf-volume.js';
import { volumeNamesOf } from './volume-names.js';

/** Blocks of a volume descriptor sequence, OSTA UDF 2.2.3.1. */
export const SEQUENCE_BLOCKS = 16;

/** Blocks of the integrity sequence: OSTA UDF 2.2.4.6 wants 8 KiB. */
export const INTEGRITY_BLOCKS = 4;

const NOTHING = { length: 0, block: 0 };

const volumeName = ({ request }: UdfVolume): string => volumeNamesOf(request).udf;

/** A name for a dstring of 32 bytes. */
const shortName = (volume: UdfVolume): string => cutText(volumeName(volume), 31);

/** A descriptor in a block of its own. */
const block = (
  { options }: UdfVolume,
  descriptor: Uint8Array,
  { identifier, location }: { readonly identifier: number; readonly location: number },
): Uint8Array => {
  const filled = new Uint8Array(BLOCK);
  filled.set(descriptor);
  const version = options.rules.tagVersion;
  seal(filled.subarray(0, descriptor.length), { identifier, version, location });
  return filled;
};

/** Whoever writes to a partition has to find what is free in it. */
export const hasSpaceBitmap = ({ options }: UdfVolume): boolean =>
  options.access === 'rewritable' || options.access === 'overwritable';

export const partitionBlocks = ({ places, options }: UdfVolume): number =>
  Math.max(
    options.openEnd,
    places.partitionEnd + (options.access === 'write-once' ? options.freeBlocks : 0),
  ) - places.partitionStart;

const encodePartition = (volume: UdfVolume, sequenceNumber: number): Uint8Array => {
  const { options, places } = volume;
  const bitmap = hasSpaceBitmap(volume)
    ? {
        length: spaceBitmapBytes(partitionBlocks(volume)),
        block: physical(volume, places.spaceBitmap),
      }
    : NOTHING;
  // OSTA UDF 2.60 2.2.14.2: what must be prepared before it is written again is freed, not unallocated.
  const freed = options.access === 'rewritable';
  return partition.encode({
    sequenceNumber,
    contents: contentsIdentifier(options.rules.standard),
    unallocatedSpaceBitmap: freed ? NOTHING : bitmap,
    freedSpaceBitmap: freed ? bitmap : NOTHING,
    accessType: ACCESS_TYPES[options.access],
    start: places.partitionStart,
    length: partitionBlocks(volume),
    implementationIdentifier: DEVELOPER,
  });
};

const encodeSparableMap = ({ options, places }: UdfVolume): Uint8Array =>
  sparableMap.encode({
    identifier: udfIdentifier('*UDF Sparable Partition', options.rules.word),
    packetLength: PACKET_BLOCKS,
    tableBytes: SPARING_TABLE_BYTES,
    firstTable: places.sparingTable,
    secondTable: places.secondSparingTable,
  });

/** A copy of the sparing table in a block of its own. */
export const encodeSparing = ({ options, places }: UdfVolume, location: number): Uint8Array => {
  const { word, tagVersion: version } = options.rules;
  const filled = new Uint8Array(BLOCK);
  filled.set(encodeSparingTable(places.sparePackets, { word, version, location }));
  return filled;
};

const partitionMaps = (volume: UdfVolume): Uint8Array[] => {
  const { options, places } = volume;
  const { word } = options.rules;
  const first = options.sparing === true ? encodeSparableMap(volume) : PHYSICAL_MAP;
  if (options.view === 'plain') return [first];
  if (options.view === 'virtual')
    return [PHYSICAL_MAP, virtualMap.encode({ identifier: udfIdentifier('*UDF Virtual Partition', word) })];
  const metadataFile = physical(volume, places.metadataFile);
  return [
    first,
    metadataMap.encode({
      identifier: udfIdentifier('*UDF Metadata Partition', word),
      metadataFile,
      mirrorFile: physical(volume, places.mirrorFile),
      bitmapFile: hasSpaceBitmap(volume) ? metadataFile + 1 : NO_BITMAP_FILE,
      allocationUnit: METADATA_UNIT,
      alignmentUnit: METADATA_UNIT,
      duplicated: options.metadataMirror,
    }),
  ];
};

const encodeLogicalVolume = (volume: UdfVolume, sequenceNumber: number): Uint8Array => {
  const { options, places } = volume;
  const maps = partitionMaps(volume);
  const mapTableLength = maps.reduce((bytes, map) => bytes + map.length, 0);
  const encoded = new Uint8Array(logicalVolume.size + mapTableLength);
  logicalVolume.encodeInto(encoded, 0, {
    sequenceNumber,
    characterSet: {},
    identifier: volumeName(volume),
    domain: domainIdentifier(options.rules.word),
    fileSet: entryAllocation(volume, 0),
    mapTableLength,
    mapCount: maps.length,
    implementationIdentifier: DEVELOPER,
    integritySequence: { length: INTEGRITY_BLOCKS * BLOCK, location: places.integrity },
  });
  let at = logicalVolume.size;
  for (const map of maps) {
    encoded.set(map, at);
    at += map.length;
  }
  return encoded;
};

const encodePrimary = (volume: UdfVolume, sequenceNumber: number): Uint8Array =>
  primaryVolume.encode({
    sequenceNumber,
    volumeIdentifier: shortName(volume),
    // OSTA UDF 2.2.2.5: the first sixteen characters are unique. Others show them as the UUID of the volume.
    volumeSetIdentifier: cutText(volume.identity + volumeName(volume), 127),
    descriptorCharacterSet: {},
    explanatoryCharacterSet: {},
    applicationIdentifier: DEVELOPER,
    recordedAt: createdAt(volume.request),
    implementationIdentifier: DEVELOPER,
  });

const encodeInformation = (volume: UdfVolume, sequenceNumber: number): Uint8Array =>
  logicalVolumeInformation.encode({
    sequenceNumber,
    implementationIdentifier: udfIdentifier('*UDF LV Info', volume.options.rules.word),
    characterSet: {},
    logicalVolumeIdentifier: volumeName(volume),
    informationIdentifier: DEVELOPER,
  });

/** A volume descriptor sequence, main or reserve: they differ in nothing but where they lie (ECMA-167 3/8.4.2.2). */
export function* encodeSequence(volume: UdfVolume, first: number): Generator<Uint8Array> {
  const sequence: [identifier: number, encode: (sequenceNumber: number) => Uint8Array][] = [
    [TAG.primaryVolume, (number) => encodePrimary(volume, number)],
    [TAG.logicalVolume, (number) => encodeLogicalVolume(volume, number)],
    [TAG.partition, (number) => encodePartition(volume, number)],
    [TAG.unallocatedSpace, (sequenceNumber) => unallocatedSpace.encode({ sequenceNumber })],
    [TAG.implementationUseVolume, (number) => encodeInformation(volume, number)],
    [TAG.terminating, () => terminating.encode({})],
  ];
  for (const [index, [identifier, encode]] of sequence.entries())
    yield block(volume, encode(index + 1), { identifier, location: first + index });
  yield new Uint8Array((SEQUENCE_BLOCKS - sequence.length) * BLOCK);
}

/** An anchor, ECMA-167 3/8.4.2.1. */
export const encodeAnchor = (volume: UdfVolume, location: number): Uint8Array => {
  const length = SEQUENCE_BLOCKS * BLOCK;
  const { mainSequence, reserveSequence } = volume.places;
  const anchor = anchorVolumePointer.encode({
    mainSequence: { length, location: mainSequence },
    reserveSequence: { length, location: reserveSequence },
  });
  return block(volume, anchor, { identifier: TAG.anchorVolumePointer, location });
};

/** OSTA UDF 1.50 2.2.6.4: who reads virtual and sparable partitions. */
const WITH_SPECIAL_MAPS = 0x0150;

/** What a reader and a writer have to know. */
export const revisionsOf = ({ options }: UdfVolume) => {
  const { rules, view, access, sparing } = options;
  const special = view === 'virtual' || sparing === true;
  const bridged = rules.word === 0x0260 && access !== 'pseudo-overwrite' ? 0x0250 : rules.word;
  return {
    minimumRead: special ? Math.max(rules.minimumRead, WITH_SPECIAL_MAPS) : rules.minimumRead,
    minimumWrite: bridged,
    maximumWrite: rules.word,
  };
};

/** OSTA UDF 2.2.6.2: what is free of the partition itself is known, unless only the drive knows. */
const freeOfPartition = (volume: UdfVolume, reach: Reach): number => {
  const { options, places } = volume;
  if (options.access === 'pseudo-overwrite') return UNKNOWN_SPACE;
  // What is written in sequence has nothing free before its end.
  if (options.view === 'virtual')
    return partitionBlocks(volume) - physical(volume, places.virtualAllocation) - 1;
  return hasSpaceBitmap(volume) ? freeBlocks(volume, reach) : 0;
};

/** OSTA UDF 2.2.6.2 and 2.2.6.3: what is free, and how large each partition is. */
const spacesOf = (volume: UdfVolume, reach: Reach) => {
  const { options, udf } = volume;
  const whole = { free: freeOfPartition(volume, reach), size: partitionBlocks(volume) };
  if (options.view === 'plain') return [whole];
  if (options.view === 'virtual') return [whole, { free: UNKNOWN_SPACE, size: UNKNOWN_SPACE }];
  const size = metadataBlocks(volume);
  return [whole, { free: hasSpaceBitmap(volume) ? size - udf.blocks : 0, size }];
};

/** The integrity sequence: one descriptor and the end. Where there is a virtual allocation table, that closes the volume. */
export function* encodeIntegritySequence(volume: UdfVolume, reach: Reach): Generator<Uint8Array> {
  const { udf, options, request, places } = volume;
  const integrity = encodeIntegrity({
    recordedAt: createdAt(request),
    closed: options.view !== 'virtual',
    // OSTA UDF 3.2.1.1: what no entry has, and that of the virtual allocation table has one.
    nextUniqueId: udf.nextUniqueId + (options.view === 'virtual' ? 1 : 0),
    spaces: spacesOf(volume, reach),
    files: udf.files,
    directories: udf.directories.length,
    ...revisionsOf(volume),
    implementationIdentifier: DEVELOPER,
  });
  const location = places.integrity;
  yield block(volume, integrity, { identifier: TAG.logicalVolumeIntegrity, location });
  yield block(volume, terminating.encode({}), { identifier: TAG.terminating, location: location + 1 });
  yield new Uint8Array((INTEGRITY_BLOCKS - 2) * BLOCK);
}

/** The file set and the end of its sequence, the first two blocks of the metadata. */
export const encodeFileSet = (volume: UdfVolume, target: Uint8Array): void => {
  const { options, request } = volume;
  const descriptor = fileSet.encode({
    recordedAt: createdAt(request),
    logicalVolumeCharacterSet: {},
    logicalVolumeIdentifier: volumeName(volume),
    characterSet: {},
    identifier: shortName(volume),
    rootDirectory: entryAllocation(volume, 2),
    domain: domainIdentifier(options.rules.word),
  });
  const end = terminating.encode({});
  const location = entryBlock(volume, 0);
  target.set(block(volume, descriptor, { identifier: TAG.fileSet, location }));
  target.set(block(volume, end, { identifier: TAG.terminating, location: location + 1 }), BLOCK);
};
