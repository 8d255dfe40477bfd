import type { BitSet } from '../../binary/bit-set.js';
import { SpindleError } from '../../errors.js';
import { foreignIntegrity } from '../../udf/foreign-volume.js';
import { spaceBitmapBytes } from '../../udf/space-bitmap.js';
import { TakenBlocks } from './taken-blocks.js';
import { freeSpaceOf } from './udf-free-space.js';
import { onlyPartition, udfHindrance } from './udf-room.js';
import { type AccountedVolume, noteOwnBlocks } from './udf-space-checks.js';

/** A volume of UDF into whose free blocks a session goes. Blocks are those of the medium but where it is said otherwise. */
export interface UdfWithin {
  readonly partitionStart: number;
  /** Two decimal digits per byte, as its domain says it. */
  readonly revision: number;
  /** No unique id from here on was given away. */
  readonly nextUniqueId: bigint;
  readonly bitmap: { readonly block: number; readonly bytes: number };
  readonly integrityBlock: number;
  readonly fileSetBlock: number;
  /** Blocks of the partition that hold its tree and nothing else. */
  readonly tree: BitSet;
  /** Of the partition. */
  readonly free: BitSet;
}

/** What is unknown to a tree that is written anew, and keeps blocks from being used: OSTA UDF 1.50 3.3.7.2. */
const NON_ALLOCATABLE = 'Non-Allocatable Space';

const refuse = (detail: string): never => {
  throw new SpindleError('base-unsuitable', detail);
};

/** Whoever relies on what is free must not destroy what is said to be there. */
const refuseContradiction = (free: BitSet, taken: BitSet): void => {
  for (const { first, count } of free.stretches('both', taken))
    refuse(
      `The volume says that block ${first} of its partition is free, and ${count} from there on hold something: have it repaired.`,
    );
};

/** What a session has to know of a volume whose tree was read, so that all that it takes is noted. */
export const readUdfWithin = async (
  volume: AccountedVolume,
  names: readonly { readonly name: string; readonly size: number }[],
): Promise<UdfWithin> => {
  const { space, fileSet, partitionStart, described } = volume;
  const hindrance = await udfHindrance(volume);
  const descriptor = onlyPartition(volume);
  const tree = space.taken.of(0);
  if (hindrance !== undefined || !descriptor || !tree || described.integrityBlock === undefined)
    return refuse('The volume does not let anything be put into what it has free.');
  if (names.some(({ name, size }) => name === NON_ALLOCATABLE && size > 0))
    refuse(`/${NON_ALLOCATABLE} keeps blocks of the volume from being used, which no other tree could do.`);
  const own = new TakenBlocks(space.partitions, space.reader.blocks);
  await noteOwnBlocks({ ...volume, space: { ...space, taken: own } });
  const question = { space: { ...space, taken: own }, partition: 0, report: () => undefined };
  const free = await freeSpaceOf(question, descriptor);
  const ownBlocks = own.of(0);
  if (!free || !ownBlocks) return refuse('What says which blocks of the volume are free cannot be read.');
  for (const taken of [tree, ownBlocks]) refuseContradiction(free, taken);
  for (const stretch of [...tree.stretches('both', ownBlocks)]) tree.remove(stretch);
  const integrity = await space.reader.read(described.integrityBlock, 1);
  const { block } = descriptor.unallocatedBitmap;
  return {
    partitionStart,
    revision: described.domain.revision,
    nextUniqueId: foreignIntegrity.decode(integrity).nextUniqueId,
    // Who made it may have claimed more for it.
    bitmap: { block: partitionStart + block, bytes: spaceBitmapBytes(descriptor.length) },
    integrityBlock: described.integrityBlock,
    fileSetBlock: partitionStart + fileSet.block,
    tree,
    free,
  };
};
