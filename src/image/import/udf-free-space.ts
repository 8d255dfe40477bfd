import { BitSet } from '../../binary/bit-set.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { bytesOfExtent } from '../../udf/extents.js';
import { foreignBitmapHead, foreignSpaceEntry } from '../../udf/foreign-space.js';
import { readTag } from '../../udf/foreign-tag.js';
import type { foreignPartition } from '../../udf/foreign-volume.js';
import { TAG } from '../../udf/tag.js';
import type { ValuesOf } from '../../binary/layout.js';
import type { Report } from './findings.js';
import { describedExtents, mediumBlock, type Problem, type UdfSpace } from './udf-icb.js';

type PartitionDescriptor = ValuesOf<typeof foreignPartition>;
type Place = PartitionDescriptor['unallocatedBitmap'];

/** A partition by its map, and whom to tell what is wrong with it. */
export interface SpaceQuestion {
  readonly space: UdfSpace;
  /** Index of the map. */
  readonly partition: number;
  readonly report: Report;
}

/** Blocks that are read at once. */
const PIECE = 64;

const problemOf =
  ({ report }: SpaceQuestion): Problem =>
  (code, detail, block) => {
    report({
      code,
      detail: `What says which blocks are free: ${detail}`,
      ...(block !== undefined && { block }),
    });
  };

/** Blocks of a partition that can be there, whatever it claims. */
const readable = ({ space, partition }: SpaceQuestion): number =>
  Math.min(space.partitions[partition]?.blocks ?? 0, space.reader.blocks);

/** Some blocks of a partition, which lie wherever its map says. */
const readBlocks = async (
  { space, partition }: SpaceQuestion,
  { block, count }: { readonly block: number; readonly count: number },
  problem: Problem,
): Promise<Uint8Array | undefined> => {
  if (!space.budget.spend(count)) {
    problem('volume-too-costly', `It has ${count} blocks.`);
    return undefined;
  }
  const bytes = new Uint8Array(count * BLOCK);
  const isStraight = space.partitions[partition]?.straight === true;
  for (let done = 0; done < count;) {
    const now = isStraight ? Math.min(PIECE, count - done) : 1;
    const at = mediumBlock(space, { block: block + done, partition }, problem);
    if (at === undefined) return undefined;
    if (at + now > space.reader.blocks) {
      problem('extent-outside', `Blocks from ${at} on are not all there.`, at);
      return undefined;
    }
    bytes.set(await space.reader.read(at, now), done * BLOCK);
    done += now;
  }
  return bytes;
};

/**
 * The bitmap in some bytes. The CRC of its tag is not looked at: who writes to a volume alters bits and leaves it, as the kernel of Linux
 * does, and OSTA UDF 2.3.8.1 lets it cover the head alone.
 */
export const bitmapIn = (
  bytes: Uint8Array,
  { block, blocks }: { readonly block: number | undefined; readonly blocks: number },
): BitSet | string => {
  if (bytes.length < foreignBitmapHead.size) return `It has ${bytes.length} bytes.`;
  const { identifier, problem } = readTag(bytes, 0, block);
  if (identifier !== TAG.spaceBitmap) return 'What stands there is no space bitmap descriptor.';
  if (problem !== undefined && problem !== 'crc') return `Its tag has a wrong ${problem}.`;
  const { bitCount, byteCount } = foreignBitmapHead.decode(bytes);
  const room = bytes.length - foreignBitmapHead.size;
  if (bitCount !== blocks) return `It has ${bitCount} bits for ${blocks} blocks.`;
  if (byteCount < Math.ceil(bitCount / 8) || byteCount > room)
    return `It has ${byteCount} bytes for ${bitCount} bits, and room for ${room}.`;
  return new BitSet(bitCount, bytes.subarray(foreignBitmapHead.size, foreignBitmapHead.size + byteCount));
};

const ofBitmap = async (question: SpaceQuestion, place: Place): Promise<BitSet | undefined> => {
  const { block } = place;
  const length = bytesOfExtent(place);
  const { space, partition } = question;
  const problem = problemOf(question);
  const { blocks = 0 } = space.partitions[partition] ?? {};
  const most = foreignBitmapHead.size + Math.ceil(readable(question) / 8);
  const count = blocksFor(Math.min(length, most));
  const bytes = await readBlocks(question, { block, count }, problem);
  if (!bytes) return undefined;
  const found = bitmapIn(bytes.subarray(0, length), { block, blocks });
  if (typeof found !== 'string') return found;
  problem('space-bitmap-damaged', found, space.partitions[partition]?.blockOf(block));
  return undefined;
};

/** The extents of a table, of which those that it goes on in are taken; undefined, and told, where not all can be read. */
const ofDescriptors = async (
  { space, partition }: SpaceQuestion,
  bytes: Uint8Array,
  { free, problem }: { readonly free: BitSet; readonly problem: Problem },
): Promise<BitSet | undefined> => {
  const problems: Parameters<Problem>[] = [];
  const descriptors = { bytes, long: false, partition };
  for await (const extent of describedExtents(space, descriptors, (...what) => void problems.push(what)))
    if (extent.kind === 'continuation') space.taken?.add(extent);
    else free.add({ first: extent.block, count: blocksFor(extent.bytes) });
  for (const what of problems) problem(...what);
  return problems.length === 0 ? free : undefined;
};

/** ECMA-167 4/14.11: extents that are free. Who frees many has them go on in other blocks (4/12), as the kernel of Linux does. */
const ofTable = async (question: SpaceQuestion, { block }: Place): Promise<BitSet | undefined> => {
  const { space, partition } = question;
  const problem = problemOf(question);
  const bytes = await readBlocks(question, { block, count: 1 }, problem);
  if (!bytes) return undefined;
  const tag = readTag(bytes, 0, block);
  const { allocationBytes } = foreignSpaceEntry.decode(bytes);
  const end = foreignSpaceEntry.size + allocationBytes;
  if (tag.identifier !== TAG.unallocatedSpaceEntry || tag.problem !== undefined || end > BLOCK) {
    const detail = 'What stands there is no unallocated space entry.';
    problem('space-bitmap-damaged', detail, space.partitions[partition]?.blockOf(block));
    return undefined;
  }
  const free = new BitSet(readable(question));
  return ofDescriptors(question, bytes.subarray(foreignSpaceEntry.size, end), { free, problem });
};

/** Blocks of a partition that are free, unallocated ones and those that have to be prepared; undefined where nothing tells, or, which is told, cannot be read. */
export const freeSpaceOf = async (
  question: SpaceQuestion,
  { unallocatedBitmap, freedBitmap, unallocatedTable, freedTable }: PartitionDescriptor,
): Promise<BitSet | undefined> => {
  const places = [
    [ofBitmap, unallocatedBitmap],
    [ofBitmap, freedBitmap],
    [ofTable, unallocatedTable],
    [ofTable, freedTable],
  ] as const;
  const found: BitSet[] = [];
  for (const [read, place] of places) {
    const bytes = bytesOfExtent(place);
    if (bytes === 0) continue;
    question.space.taken?.add({ ...place, partition: question.partition, bytes });
    const free = await read(question, place);
    if (!free) return undefined;
    found.push(free);
  }
  const [first, ...others] = found;
  for (const other of others) for (const stretch of other.stretches('both', other)) first?.add(stretch);
  return first;
};
