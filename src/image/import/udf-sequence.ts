import { BLOCK } from '../../iso9660/block.js';
import { readTag } from '../../udf/foreign-tag.js';
import {
  foreignLogicalVolume,
  foreignPartition,
  foreignPrimary,
  volumeDescriptorPointer,
} from '../../udf/foreign-volume.js';
import { TAG } from '../../udf/tag.js';
import type { Moment } from '../../binary/calendar.js';
import type { ValuesOf } from '../../binary/layout.js';
import type { BlockReader } from './block-reader.js';
import type { Report } from './findings.js';

/** Bytes of a volume, and the sector at which they begin. */
export interface VolumeExtent {
  readonly length: number;
  readonly location: number;
}

type LogicalVolume = ValuesOf<typeof foreignLogicalVolume>;

/** What prevails of a volume descriptor sequence: of each descriptor the one with the highest number (ECMA-167 3/8.4.3). */
export interface VolumeSequence {
  /** When the primary volume descriptor was recorded; undefined where there is none, which no reader needs. */
  readonly recordedAt: Moment | undefined;
  readonly logicalVolume: LogicalVolume & { readonly maps: Uint8Array };
  /** By their numbers. */
  readonly partitions: ReadonlyMap<number, ValuesOf<typeof foreignPartition>>;
}

/** Descriptors that are looked at, over all extents of a sequence; every writer makes less than twenty. */
const MOST_DESCRIPTORS = 256;
const POINTER = 3;

interface Prevailing {
  primary?: ValuesOf<typeof foreignPrimary>;
  logicalVolume?: VolumeSequence['logicalVolume'];
  readonly partitions: Map<number, ValuesOf<typeof foreignPartition>>;
  /** Of a pointer that was just read. */
  readonly next: VolumeExtent[];
}

const newer = (
  one: { readonly sequenceNumber: number },
  than: { readonly sequenceNumber: number } | undefined,
): boolean => than === undefined || one.sequenceNumber >= than.sequenceNumber;

const TAKES: Readonly<Record<number, (found: Prevailing, bytes: Uint8Array) => void>> = {
  [TAG.primaryVolume]: (found, bytes) => {
    const primary = foreignPrimary.decode(bytes);
    if (newer(primary, found.primary)) found.primary = primary;
  },
  [TAG.partition]: (found, bytes) => {
    const partition = foreignPartition.decode(bytes);
    if (newer(partition, found.partitions.get(partition.number)))
      found.partitions.set(partition.number, partition);
  },
  [TAG.logicalVolume]: (found, bytes) => {
    const volume = foreignLogicalVolume.decode(bytes);
    const maps = bytes.subarray(foreignLogicalVolume.size, foreignLogicalVolume.size + volume.mapTableLength);
    if (newer(volume, found.logicalVolume)) found.logicalVolume = { ...volume, maps };
  },
  [POINTER]: (found, bytes) => {
    const { next } = volumeDescriptorPointer.decode(bytes);
    if (next.length > 0) found.next.push(next);
  },
};

/** Takes one descriptor; false where the sequence ends with it. */
const take = (
  found: Prevailing,
  bytes: Uint8Array,
  { block, report }: { block: number; report: Report },
): boolean => {
  const { identifier, problem } = readTag(bytes, 0, block);
  if (identifier === 0 || identifier === TAG.terminating) return false;
  if (problem === undefined) TAKES[identifier]?.(found, bytes);
  else
    report({ code: 'descriptor-damaged', block, detail: `Its tag (${identifier}) has a wrong ${problem}.` });
  return true;
};

interface ReadExtent {
  readonly blocks: number;
  /** Where the sequence goes on, if it does. */
  readonly next: readonly VolumeExtent[];
}

const readExtent = async (
  reader: BlockReader,
  { location, length }: VolumeExtent,
  found: Prevailing,
  report: Report,
): Promise<ReadExtent> => {
  const most = Math.min(MOST_DESCRIPTORS, Math.floor(length / BLOCK), reader.blocks - location);
  for (let blocks = 0; blocks < most; blocks++) {
    const block = location + blocks;
    if (!take(found, await reader.read(block, 1), { block, report })) return { blocks, next: [] };
    if (found.next.length > 0) return { blocks, next: found.next.splice(0) };
  }
  return { blocks: Math.max(0, most), next: [] };
};

/** Reads a volume descriptor sequence; undefined where it does not say what there is, which is told. */
export const readSequence = async (
  reader: BlockReader,
  extent: VolumeExtent,
  report: Report,
): Promise<VolumeSequence | undefined> => {
  const found: Prevailing = { partitions: new Map(), next: [] };
  const extents = [extent];
  for (let seen = 0, here = extents.shift(); here && seen < MOST_DESCRIPTORS; here = extents.shift()) {
    const { blocks, next } = await readExtent(reader, here, found, report);
    seen += blocks + 1;
    extents.push(...next);
  }
  const { primary, logicalVolume, partitions } = found;
  if (logicalVolume && partitions.size > 0)
    return { recordedAt: primary?.recordedAt, logicalVolume, partitions };
  report({
    code: 'sequence-incomplete',
    block: extent.location,
    detail: `It has ${logicalVolume ? 'no partition' : 'no logical volume'}.`,
  });
  return undefined;
};
