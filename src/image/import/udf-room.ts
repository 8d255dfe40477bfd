import type { BitSet, Stretch } from '../../binary/bit-set.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { ANCHOR_BLOCK, ANCHOR_DISTANCE } from '../../udf/anchor-places.js';
import { ECC_BLOCKS } from '../../udf/block.js';
import { bytesOfExtent } from '../../udf/extents.js';
import { foreignIntegrity, type ForeignMap } from '../../udf/foreign-volume.js';
import { ACCESS_TYPES } from '../../udf/volume-descriptors.js';
import { type BlockReader, cached } from './block-reader.js';
import { freeSpaceOf } from './udf-free-space.js';
import { readUdfVolume, type UdfVolume } from './udf-volume.js';
import type { VolumeSequence } from './udf-sequence.js';

/** What keeps a session from being put into the free blocks of a volume. */
export const UDF_HINDRANCES = [
  'virtual-table',
  'metadata-partition',
  'partition-map',
  'revision',
  'write-protected',
  'open',
  'read-only',
  'space-table',
  'no-bitmap',
  'spared',
  'unreadable',
] as const;
export type UdfHindrance = (typeof UDF_HINDRANCES)[number];

/** Blocks of the medium in a volume that are free, or what keeps them from being used. */
export type UdfRoom =
  | {
      /** Of the longest run of them that consists of whole ECC blocks; it may have no block. */
      readonly start: number;
      readonly blocks: number;
      /** All of them. */
      readonly free: number;
    }
  | { readonly hindrance: UdfHindrance };

type PartitionDescriptor = ReturnType<VolumeSequence['partitions']['get']> & {};

/** The only partition of a volume, which holds everything. */
export const onlyPartition = ({
  described: { maps, partitions },
}: UdfVolume): PartitionDescriptor | undefined => {
  const [map, ...others] = maps;
  return map && 'partition' in map && others.length === 0 ? partitions.get(map.partition) : undefined;
};

const LAST_REVISION = 0x0201;

/** ECMA-167 3/10.10: closed, and no later one lies somewhere else. */
const isClosed = async ({ space, described }: UdfVolume): Promise<boolean> => {
  const { integrityBlock, spaces } = described;
  if (integrityBlock === undefined || spaces === undefined) return false;
  const { next } = foreignIntegrity.decode(await space.reader.read(integrityBlock, 1));
  return next.length === 0;
};

const hasKind = ({ described: { maps } }: UdfVolume, wanted: ForeignMap['kind']): boolean =>
  maps.some(({ kind }) => kind === wanted);

/** Older writers say of any medium that is written in place that it must be prepared. */
const WRITTEN_IN_PLACE: readonly number[] = [ACCESS_TYPES.overwritable, ACCESS_TYPES.rewritable];

const hasTable = ({ unallocatedTable, freedTable, freedBitmap }: PartitionDescriptor): boolean =>
  [unallocatedTable, freedTable, freedBitmap].some((place) => bytesOfExtent(place) > 0);

const hindranceOfPartition = (
  { space }: UdfVolume,
  descriptor: PartitionDescriptor,
): UdfHindrance | undefined => {
  if (!WRITTEN_IN_PLACE.includes(descriptor.accessType)) return 'read-only';
  if (hasTable(descriptor)) return 'space-table';
  if (bytesOfExtent(descriptor.unallocatedBitmap) === 0) return 'no-bitmap';
  return space.partitions[0]?.straight === true ? undefined : 'spared';
};

/** What keeps a session out of a volume; undefined where nothing does. */
export const udfHindrance = async (volume: UdfVolume): Promise<UdfHindrance | undefined> => {
  const { domain } = volume.described;
  if (hasKind(volume, 'virtual')) return 'virtual-table';
  if (hasKind(volume, 'metadata')) return 'metadata-partition';
  const descriptor = onlyPartition(volume);
  if (!descriptor) return 'partition-map';
  if (domain.revision > LAST_REVISION) return 'revision';
  if (domain.writeProtected) return 'write-protected';
  if (!(await isClosed(volume))) return 'open';
  return hindranceOfPartition(volume, descriptor);
};

/** What leads to the partition may lie in it, and was never free, whatever is said. */
const withoutDescriptors = (free: BitSet, { partitionStart, space, described }: UdfVolume): BitSet => {
  const last = space.reader.blocks - 1;
  const anchors = [ANCHOR_BLOCK, last - ANCHOR_DISTANCE, last].map((location) => ({
    location,
    length: BLOCK,
  }));
  for (const { location, length } of [...described.extents, ...anchors]) {
    const first = Math.max(0, location - partitionStart);
    const end = location + blocksFor(length) - partitionStart;
    if (end > first) free.remove({ first, count: end - first });
  }
  return free;
};

const longestRun = (free: BitSet, { partitionStart, space }: UdfVolume): Stretch => {
  let longest: Stretch = { first: 0, count: 0 };
  for (const { first, count } of free.stretches('both', free)) {
    const start = Math.ceil((partitionStart + first) / ECC_BLOCKS) * ECC_BLOCKS;
    // A partition may claim more than there is.
    const last = Math.min(space.reader.blocks, partitionStart + first + count);
    const end = Math.floor(last / ECC_BLOCKS) * ECC_BLOCKS;
    if (end - start > longest.count) longest = { first: start, count: end - start };
  }
  return longest;
};

/** What room there is within a volume. */
const udfRoom = async (volume: UdfVolume): Promise<UdfRoom> => {
  const hindrance = await udfHindrance(volume);
  if (hindrance) return { hindrance };
  const descriptor = onlyPartition(volume);
  const question = { space: volume.space, partition: 0, report: () => undefined };
  const free = descriptor && (await freeSpaceOf(question, descriptor));
  if (!free) return { hindrance: 'unreadable' };
  const told = free.count;
  const { first, count } = longestRun(withoutDescriptors(free, volume), volume);
  return { start: first, blocks: count, free: told };
};

/** The same of the volume of a medium without sessions. */
export const roomInUdf = async (reader: BlockReader): Promise<UdfRoom> => {
  const volume = await readUdfVolume(cached(reader), 0, () => undefined);
  return volume ? udfRoom(volume) : { hindrance: 'unreadable' };
};
