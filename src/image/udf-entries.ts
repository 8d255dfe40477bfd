import { STAT } from '../os/stat.js';
import { encodeAllocationExtent } from '../udf/allocation-extent.js';
import { BLOCK, blocksFor } from '../udf/block.js';
import { creationAttributes } from '../udf/extended-attributes.js';
import {
  ALLOCATION,
  CONTINUED,
  HOLE,
  LONGEST_EXTENT,
  longAllocation,
  shortAllocation,
} from '../udf/extents.js';
import { encodeEntry, type EntryAttributes, type EntryValues, FILE_TYPE } from '../udf/file-entry.js';
import type { ContentRun } from './file-extents.js';
import { isTimeRecorded } from './posix-entries.js';
import { encodeNames, encodeStreamNames } from './udf-names.js';
import type { Tree } from './tree.js';
import type { UdfTree } from './udf-tree.js';
import {
  dataBlock,
  dataPartition,
  entryAllocation,
  entryBlock,
  isEmbeddedStream,
  linkKey,
  physical,
  streamKey,
  type UdfVolume,
} from './udf-volume.js';

interface Run {
  /** Bytes, or what else a descriptor says as its length. */
  readonly length: number;
  readonly block: number;
  readonly partition: number;
}

type Allocation = Pick<EntryValues, 'allocation'> & { readonly kind: keyof typeof ALLOCATION };

/** Allocation descriptors for some runs, in the form that the volume uses for this kind of entry. */
const descriptors = (runs: readonly Run[], full: boolean): Uint8Array => {
  const form = full ? longAllocation : shortAllocation;
  const encoded = new Uint8Array(runs.length * form.size);
  for (const [index, { length, block, partition }] of runs.entries()) {
    const values = { length, block, partition, uniqueId: 0 };
    form.encodeInto(encoded, index * form.size, values);
  }
  return encoded;
};

const allocationOf = (runs: readonly Run[], full: boolean): Allocation => ({
  kind: full ? 'long' : 'short',
  allocation: descriptors(runs, full),
});

/** Contents on the medium, as runs of the physical partition no longer than one descriptor can say. */
const runsOf = (volume: UdfVolume, contents: readonly ContentRun[]): Run[] => {
  const runs: Run[] = [];
  for (const { block, bytes, hole } of contents)
    for (let before = 0; before < bytes; before += LONGEST_EXTENT) {
      const length = Math.min(bytes - before, LONGEST_EXTENT);
      // ECMA-167 4/14.14.1.1: what is neither allocated nor recorded has no block.
      if (hole === true) runs.push({ length: HOLE + length, block: 0, partition: 0 });
      else runs.push({ length, block: physical(volume, block) + before / BLOCK, partition: 0 });
    }
  return runs;
};

/** Where the content of an entry lies: on the medium already, or where this volume places it. */
const fileRuns = (volume: UdfVolume, entry: number): Run[] => {
  const { udf, contents } = volume;
  const { tree } = udf;
  const placed = { block: contents.blockOf(entry), bytes: tree.contentBytes(entry) };
  return runsOf(volume, tree.onMedium.runs(entry) ?? [placed]);
};

/** The last place of a list of descriptors that goes on elsewhere. */
const link = (volume: UdfVolume, position: number): Run => ({
  length: CONTINUED + BLOCK,
  block: dataBlock(volume, position),
  partition: dataPartition(volume),
});

/** Descriptors of a file in piece 0 of its chain, which is its entry, or in a later one. */
const chainPiece = (volume: UdfVolume, entry: number, piece: number): Run[] => {
  const { udf } = volume;
  const { own, continued } = udf.chain(entry);
  const counts = [own, ...continued];
  const from = counts.slice(0, piece).reduce((total, count) => total + count, 0);
  const runs = fileRuns(volume, entry).slice(from, from + (counts[piece] ?? 0));
  return piece < continued.length ? [...runs, link(volume, udf.position(entry) + 1 + piece)] : runs;
};

const embedded = (allocation: Uint8Array): Allocation => ({ kind: 'embedded', allocation });

const embeddedContents = (volume: UdfVolume, entry: number): Uint8Array => {
  const { udf } = volume;
  const kind = udf.tree.kind(entry);
  if (kind === 'link') return udf.linkBytes(entry);
  if (kind !== 'directory') return volume.readSource(entry);
  const names = new Uint8Array(udf.directoryBytes(entry));
  encodeNames(volume, entry, names);
  return names;
};

const looseRun = (volume: UdfVolume, key: string): Run[] => {
  const loose = volume.loose.get(key);
  return loose ? [{ length: loose.bytes.length, block: physical(volume, loose.block), partition: 0 }] : [];
};

const allocation = (volume: UdfVolume, entry: number): Allocation => {
  const { udf } = volume;
  const full = udf.addressesFilesInFull;
  const kind = udf.tree.kind(entry);
  if (udf.isEmbedded(entry)) return embedded(embeddedContents(volume, entry));
  if (kind === 'link') return allocationOf(looseRun(volume, linkKey(entry)), full);
  if (kind !== 'directory') return allocationOf(chainPiece(volume, entry, 0), full);
  const block = dataBlock(volume, udf.position(entry) + 1);
  const run = { length: udf.directoryBytes(entry), block, partition: dataPartition(volume) };
  return allocationOf([run], volume.options.view === 'virtual');
};

const fileTypeOf = (udf: UdfTree, entry: number): number => {
  const kind = udf.tree.kind(entry);
  if (kind === 'directory') return FILE_TYPE.directory;
  if (kind === 'link') return FILE_TYPE.symbolicLink;
  return udf.isRealTime(entry) ? FILE_TYPE.realTime : FILE_TYPE.file;
};

/** ECMA-167 4/14.9.5: bits of a class as POSIX has them; whoever may write may also delete (10h) and change attributes (8). */
const ofClass = (mode: number): number => mode + (mode & 2 ? 0x18 : 0);

const permissionsOf = (mode: number): number =>
  ofClass(mode & 7) + ofClass((mode >> 3) & 7) * 2 ** 5 + ofClass((mode >> 6) & 7) * 2 ** 10;

/** A copy that kept its times was created after it was modified; DCN 5153 of UDF wants no such file, unless a client asks for it, or an earlier session has it. */
const isCreationRecorded = (tree: Tree, entry: number, all: boolean): boolean => {
  const { createdNs } = tree.otherTimes(entry);
  if (isTimeRecorded(tree, entry, STAT.birthtimeNs, all)) return true;
  return createdNs !== 0n && createdNs <= tree.mtimeNs(entry);
};

const attributesOf = ({ udf: { tree }, request }: UdfVolume, entry: number): EntryAttributes => {
  const all = request.posix.times === 'all';
  const modifiedAt = tree.mtimeNs(entry);
  const { createdNs, changedNs } = tree.otherTimes(entry);
  return {
    zoneMinutes: request.zoneMinutes,
    uid: tree.number(entry, STAT.uid),
    gid: tree.number(entry, STAT.gid),
    permissions: permissionsOf(tree.number(entry, STAT.mode)),
    // The kernel's says who looked; that of a client or of an earlier session is to be read.
    accessedAt: isTimeRecorded(tree, entry, STAT.atimeNs, all)
      ? tree.timeNs(entry, STAT.atimeNs)
      : modifiedAt,
    modifiedAt,
    createdAt: isCreationRecorded(tree, entry, all) ? createdNs : modifiedAt,
    attributesChangedAt: changedNs === 0n ? modifiedAt : changedNs,
  };
};

const hasBit = (mode: number, bit: number): boolean => (mode & bit) !== 0;

const blocksRecorded = (of: Allocation, bytes: number): number =>
  of.kind === 'embedded' ? 0 : blocksFor(bytes);

/** Holes take none. */
const holeBlocks = ({ udf: { tree } }: UdfVolume, entry: number): number =>
  (tree.onMedium.runs(entry) ?? []).reduce(
    (blocks, { bytes, hole }) => blocks + (hole === true ? blocksFor(bytes) : 0),
    0,
  );

const NO_ATTRIBUTES = new Uint8Array();

/** The entry of a file, directory or link. */
export const encodeTreeEntry = (volume: UdfVolume, entry: number, target: Uint8Array): void => {
  const { udf, options } = volume;
  const mode = udf.tree.number(entry, STAT.mode);
  const location = entryBlock(volume, udf.position(entry));
  const bytes = udf.informationLength(entry);
  const of = allocation(volume, entry);
  const attributes = attributesOf(volume, entry);
  const streams = udf.streamsOf(entry);
  encodeEntry(
    target,
    options.rules,
    {
      attributes,
      icbTag: {
        fileType: fileTypeOf(udf, entry),
        allocation: ALLOCATION[of.kind],
        setUserId: hasBit(mode, 0o4000),
        setGroupId: hasBit(mode, 0o2000),
        sticky: hasBit(mode, 0o1000),
        ...udf.tree.kept.get(entry)?.udfFlags,
      },
      links: udf.links(entry),
      informationLength: bytes,
      objectSize: streams.reduce((total, stream) => total + udf.streamBytes(stream), bytes),
      blocksRecorded: blocksRecorded(of, bytes) - holeBlocks(volume, entry),
      uniqueId: udf.uniqueId(entry),
      ...(streams.length > 0 && {
        streamDirectory: entryAllocation(volume, udf.streamPosition(entry), udf.uniqueId(entry)),
      }),
      extendedAttributes: udf.hasCreationAttribute(entry)
        ? creationAttributes({ ns: attributes.createdAt, zoneMinutes: attributes.zoneMinutes }, location)
        : NO_ATTRIBUTES,
      allocation: of.allocation,
    },
    location,
  );
};

/** Descriptors of a file that its entry has no room for. */
export const encodeContinuation = (
  volume: UdfVolume,
  { entry, index, position }: { entry: number; index: number; position: number },
  target: Uint8Array,
): void => {
  const { udf, options } = volume;
  const runs = chainPiece(volume, entry, index + 1);
  encodeAllocationExtent(target, descriptors(runs, udf.addressesFilesInFull), {
    version: options.rules.tagVersion,
    location: dataBlock(volume, position),
  });
};

const streamNames = (volume: UdfVolume, entry: number): Allocation => {
  const { udf } = volume;
  if (!udf.hasLongStreamNames(entry)) {
    const names = new Uint8Array(udf.streamNamesBytes(entry));
    encodeStreamNames(volume, entry, names);
    return embedded(names);
  }
  const block = dataBlock(volume, udf.streamPosition(entry) + 1);
  const run = { length: udf.streamNamesBytes(entry), block, partition: dataPartition(volume) };
  return allocationOf([run], volume.options.view === 'virtual');
};

/** OSTA UDF 2.00 3.3.5: the directory of the named streams of a file; no name of the tree leads to it. */
export const encodeStreamDirectory = (volume: UdfVolume, entry: number, target: Uint8Array): void => {
  const { udf, options } = volume;
  const of = streamNames(volume, entry);
  const bytes = udf.streamNamesBytes(entry);
  encodeEntry(
    target,
    options.rules,
    {
      attributes: attributesOf(volume, entry),
      icbTag: { fileType: FILE_TYPE.streamDirectory, allocation: ALLOCATION[of.kind] },
      links: 0,
      informationLength: bytes,
      blocksRecorded: blocksRecorded(of, bytes),
      uniqueId: udf.uniqueId(entry),
      extendedAttributes: NO_ATTRIBUTES,
      allocation: of.allocation,
    },
    entryBlock(volume, udf.streamPosition(entry)),
  );
};

const streamAllocation = (volume: UdfVolume, entry: number, index: number): Allocation => {
  const { udf, options } = volume;
  const full = udf.addressesFilesInFull;
  const stream = udf.streamsOf(entry)[index];
  if (!stream) return embedded(NO_ATTRIBUTES);
  if (typeof stream.content === 'number') return allocationOf(fileRuns(volume, stream.content), full);
  return isEmbeddedStream(options, stream)
    ? embedded(stream.content)
    : allocationOf(looseRun(volume, streamKey(entry, index)), full);
};

/** One named stream of a file. */
export const encodeStream = (
  volume: UdfVolume,
  { entry, index, position }: { entry: number; index: number; position: number },
  target: Uint8Array,
): void => {
  const { udf, options } = volume;
  const of = streamAllocation(volume, entry, index);
  const stream = udf.streamsOf(entry)[index];
  const bytes = stream ? udf.streamBytes(stream) : 0;
  const content = stream?.content;
  encodeEntry(
    target,
    options.rules,
    {
      attributes: attributesOf(volume, entry),
      icbTag: { fileType: FILE_TYPE.file, allocation: ALLOCATION[of.kind], stream: true },
      links: 1,
      informationLength: bytes,
      blocksRecorded:
        blocksRecorded(of, bytes) - (typeof content === 'number' ? holeBlocks(volume, content) : 0),
      uniqueId: udf.uniqueId(entry),
      extendedAttributes: NO_ATTRIBUTES,
      allocation: of.allocation,
    },
    entryBlock(volume, position),
  );
};
