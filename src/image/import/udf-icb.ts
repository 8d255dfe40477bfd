import { LayoutError } from '../../binary/codec.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import {
  allocationExtentHead,
  type ForeignEntry,
  type ForeignExtent,
  foreignExtents,
  indirectEntry,
  readEntry,
} from '../../udf/foreign-entry.js';
import { readTag } from '../../udf/foreign-tag.js';
import { bytesOfExtent } from '../../udf/extents.js';
import { TAG } from '../../udf/tag.js';
import { type BlockReader, unlessUnreadable } from './block-reader.js';
import type { FindingCode } from './findings.js';
import type { Run } from './iso-entry.js';
import type { TakenBlocks } from './taken-blocks.js';
import type { UdfBudget } from './udf-budget.js';
import type { Partition } from './udf-partitions.js';

/** Where an ICB lies: a block of a partition, by the index of its map. */
export interface IcbPlace {
  readonly block: number;
  readonly partition: number;
}

/** An ICB as it was read. */
export interface ReadIcb {
  readonly entry: ForeignEntry;
  readonly bytes: Uint8Array;
  /** Block of the medium. */
  readonly at: number;
  readonly place: IcbPlace;
}

/** Where the contents of a file lie. */
export interface UdfContents {
  /** Those that are recorded, in order, and zeros where nothing is. */
  readonly runs: readonly (Run & { readonly hole: boolean })[];
  /** Contents that stand in the ICB itself. */
  readonly embedded: Uint8Array | undefined;
}

/** Tells of what is wrong; of which file, the caller knows. */
export type Problem = (code: FindingCode, detail: string, block?: number) => void;

export interface UdfSpace {
  readonly reader: BlockReader;
  readonly partitions: readonly (Partition | undefined)[];
  readonly budget: UdfBudget;
  /** Notes which blocks are taken; absent where nobody wants to know. */
  readonly taken?: TakenBlocks | undefined;
}

const EMBEDDED = 3;
const LONG = 1;

const blockThere = ({ partitions, reader }: UdfSpace, place: IcbPlace): number | undefined => {
  const block = partitions[place.partition]?.blockOf(place.block);
  return block !== undefined && block < reader.blocks ? block : undefined;
};

/** Block of the medium; undefined, and told, where the partition has none. */
export const mediumBlock = (space: UdfSpace, place: IcbPlace, problem: Problem): number | undefined => {
  const block = blockThere(space, place);
  if (block !== undefined) return block;
  problem('extent-outside', `Block ${place.block} of partition ${place.partition} is not there.`);
  return undefined;
};

/** ECMA-167 4/14.6.2: the only entry of its ICB; or, OSTA UDF 6.6, the first of two, of which the other leads to a later one. */
const ONLY_ENTRY = 4;
const CHAINED = 4096;
const STRATEGIES: ReadonlySet<number> = new Set([ONLY_ENTRY, CHAINED]);

/** Reads the entry at a place, whatever follows it; undefined, and told, where there is none. */
const readDirectEntry = async (
  space: UdfSpace,
  place: IcbPlace,
  problem: Problem,
): Promise<ReadIcb | undefined> => {
  const at = mediumBlock(space, place, problem);
  if (at === undefined) return undefined;
  space.taken?.add({ ...place, bytes: BLOCK });
  const bytes = await space.reader.read(at, 1);
  const tag = readTag(bytes, 0, place.block);
  if (tag.problem !== undefined) {
    problem('descriptor-damaged', `The entry has a wrong ${tag.problem}.`, at);
    return undefined;
  }
  try {
    const entry = readEntry(bytes, tag.identifier);
    if (entry && STRATEGIES.has(entry.strategy) && entry.allocationAt + entry.allocationBytes <= BLOCK)
      return { entry, bytes, at, place };
    const what = entry
      ? `of strategy ${entry.strategy}, or longer than its block`
      : `of tag ${tag.identifier}`;
    problem('entry-malformed', `The entry is ${what}.`, at);
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    problem('entry-malformed', error.message, at);
  }
  return undefined;
};

/** Where the entry is that took the place of one of strategy 4096; undefined where none did: what follows is terminal, or was never written. */
const laterPlace = async (
  space: UdfSpace,
  { block, partition }: IcbPlace,
  problem: Problem,
): Promise<IcbPlace | undefined> => {
  const place = { block: block + 1, partition };
  // A recording may end with the entry: the other block of its ICB is for what was never written.
  const at = blockThere(space, place);
  const bytes = at === undefined ? undefined : await space.reader.read(at, 1).catch(unlessUnreadable);
  if (!bytes || bytes.every((byte) => byte === 0)) return undefined;
  const tag = readTag(bytes, 0, place.block);
  if (tag.problem === undefined && tag.identifier === TAG.terminalEntry) return undefined;
  if (tag.problem === undefined && tag.identifier === TAG.indirectEntry) {
    space.taken?.add({ ...place, bytes: BLOCK });
    const { icb } = indirectEntry.decode(bytes);
    return bytesOfExtent(icb) === 0 ? undefined : icb;
  }
  problem('descriptor-damaged', 'What follows an entry of strategy 4096 is no indirect entry.', at);
  return undefined;
};

/** Whether a chain has not been at a place yet: one that leads back to itself would use up what reading all of the volume may cost. */
const newPlaces = (): ((place: IcbPlace) => boolean) => {
  const seen = new Set<string>();
  return ({ block, partition }) => {
    const place = `${partition}:${block}`;
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  };
};

/** Reads the entry at a place, or the last one that took its place; undefined, and told, where there is none. */
export const readIcb = async (
  space: UdfSpace,
  place: IcbPlace,
  problem: Problem,
): Promise<ReadIcb | undefined> => {
  const isNew = newPlaces();
  let icb = await readDirectEntry(space, place, problem);
  while (icb?.entry.strategy === CHAINED) {
    if (!isNew(icb.place)) {
      problem('entry-malformed', 'Entries that take the place of others lead back to one of them.', icb.at);
      return undefined;
    }
    const later = await laterPlace(space, icb.place, problem);
    if (!later) break;
    if (!space.budget.spend(2)) {
      problem('volume-too-costly', 'Entries that take the place of others do not end.', icb.at);
      return undefined;
    }
    icb = await readDirectEntry(space, later, problem);
  }
  return icb;
};

/** Allocation descriptors that stand together, and how they are to be read. */
interface Descriptors {
  readonly bytes: Uint8Array;
  readonly long: boolean;
  /** That which short ones are of. */
  readonly partition: number;
}

/** All extents that descriptors tell of, and those that they go on in, each once; ends, and tells, where they do not. */
export async function* describedExtents(
  space: UdfSpace,
  { bytes, ...form }: Descriptors,
  problem: Problem,
): AsyncGenerator<ForeignExtent> {
  const isNew = newPlaces();
  let here: Uint8Array | undefined = bytes;
  while (here !== undefined) {
    let next: ForeignExtent | undefined;
    for (const extent of foreignExtents(here, form)) {
      if (!space.budget.spend(1)) {
        problem('volume-too-costly', 'Its extents have more parts than the volume can have.');
        return;
      }
      yield extent;
      if (extent.kind === 'continuation') next = extent;
      if (next) break;
    }
    if (next && !isNew(next)) {
      problem('allocation-malformed', 'What continues its extents leads back to itself.');
      return;
    }
    here = next && (await continuation(space, next, problem));
  }
}

/** The extents of a file, those in allocation extents included. */
async function* extentsOf(
  space: UdfSpace,
  { entry, bytes, place }: ReadIcb,
  problem: Problem,
): AsyncGenerator<ForeignExtent> {
  const descriptors = {
    bytes: bytes.subarray(entry.allocationAt, entry.allocationAt + entry.allocationBytes),
    long: entry.allocation === LONG,
    partition: place.partition,
  };
  for await (const extent of describedExtents(space, descriptors, problem)) {
    if (extent.kind !== 'hole') space.taken?.add(extent);
    if (extent.kind !== 'continuation') yield extent;
  }
}

const continuation = async (
  space: UdfSpace,
  { block, partition }: ForeignExtent,
  problem: Problem,
): Promise<Uint8Array | undefined> => {
  if (!space.budget.spend(1)) {
    problem('volume-too-costly', 'Its allocation extents do not end.');
    return undefined;
  }
  const at = mediumBlock(space, { block, partition }, problem);
  if (at === undefined) return undefined;
  const bytes = await space.reader.read(at, 1);
  // The CRC of some writers covers the head alone, and of others not what it says: the checksum has to do.
  const { identifier, problem: wrong } = readTag(bytes, 0, block);
  const { allocationBytes } = allocationExtentHead.decode(bytes);
  if (
    identifier === TAG.allocationExtent &&
    wrong !== 'checksum' &&
    allocationExtentHead.size + allocationBytes <= BLOCK
  )
    return bytes.subarray(allocationExtentHead.size, allocationExtentHead.size + allocationBytes);
  problem('allocation-malformed', 'What continues its extents is no allocation extent.', at);
  return undefined;
};

/** Tells of runs that lie behind what can be read: a partition that is written once goes on there. */
const checkEnd = ({ reader }: UdfSpace, runs: readonly Run[], problem: Problem): void => {
  for (const { block, bytes } of runs)
    if (block + blocksFor(bytes) > reader.blocks)
      problem('extent-outside', `${bytes} bytes from block ${block} are not all there.`, block);
};

/** Runs of the medium for an extent of a partition. */
const runsOf = (space: UdfSpace, extent: ForeignExtent, problem: Problem): Run[] => {
  const partition = space.partitions[extent.partition];
  const blocks = blocksFor(extent.bytes);
  if (!partition || extent.block + blocks > partition.blocks) {
    problem(
      'extent-outside',
      `Blocks ${extent.block} to ${extent.block + blocks - 1} of partition ${extent.partition} are not all there.`,
    );
    return [];
  }
  if (partition.straight) return [{ block: partition.blockOf(extent.block) ?? 0, bytes: extent.bytes }];
  if (!space.budget.spend(blocks)) {
    problem('volume-too-costly', 'Its extents have more blocks than the volume can have.');
    return [];
  }
  const runs: { block: number; bytes: number }[] = [];
  for (let index = 0; index < blocks; index++) {
    const block = partition.blockOf(extent.block + index) ?? 0;
    const bytes = Math.min(BLOCK, extent.bytes - index * BLOCK);
    const last = runs.at(-1);
    if (last && last.block + blocksFor(last.bytes) === block) last.bytes += bytes;
    else runs.push({ block, bytes });
  }
  return runs;
};

/** Where the contents of an entry lie. */
export const contentsOfIcb = async (
  space: UdfSpace,
  icb: ReadIcb,
  problem: Problem,
): Promise<UdfContents> => {
  const { entry, bytes } = icb;
  const length = Number(entry.informationLength);
  if (entry.allocation === EMBEDDED) {
    if (length > entry.allocationBytes)
      problem(
        'file-sections-wrong',
        `It has ${length} bytes, of which ${entry.allocationBytes} are in its entry.`,
        icb.at,
      );
    const embedded = bytes.subarray(
      entry.allocationAt,
      entry.allocationAt + Math.min(length, entry.allocationBytes),
    );
    return { runs: [], embedded };
  }
  if (entry.allocation > LONG) {
    problem('allocation-malformed', `Its extents are of form ${entry.allocation}.`, icb.at);
    return { runs: [], embedded: undefined };
  }
  const runs: (Run & { readonly hole: boolean })[] = [];
  let left = length;
  for await (const extent of extentsOf(space, icb, problem)) {
    const taken = { ...extent, bytes: Math.min(left, extent.bytes) };
    left -= taken.bytes;
    if (taken.bytes === 0) continue; // allocated beyond its end
    if (extent.kind !== 'recorded') runs.push({ block: 0, bytes: taken.bytes, hole: true });
    else {
      const here = runsOf(space, taken, problem);
      checkEnd(space, here, problem);
      for (const run of here) runs.push({ ...run, hole: false });
    }
  }
  if (left > 0) problem('file-sections-wrong', `Its extents lack ${left} of ${length} bytes.`, icb.at);
  return { runs, embedded: undefined };
};

/** A worker reads tables of strangers, and has to have the memory for one. */
const MOST_READ_WHOLE = 128 * 1024 * 1024;

/** The bytes of something that is read whole, such as a directory; undefined, and told, where that is too large. */
export const readContents = async (
  { reader, budget }: UdfSpace,
  { runs, embedded }: UdfContents,
  problem: Problem,
  most = MOST_READ_WHOLE,
): Promise<Uint8Array | undefined> => {
  if (embedded) return embedded;
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  // Directories and tables that were never written hold nothing: a few bytes of extents would claim any memory.
  if (runs.some(({ hole }) => hole)) {
    problem('allocation-malformed', 'It has parts that were never written.');
    return undefined;
  }
  if (bytes > most || !budget.spend(blocksFor(bytes))) {
    problem('volume-too-costly', `It has ${bytes} bytes.`);
    return undefined;
  }
  const contents = new Uint8Array(bytes);
  let at = 0;
  for (const { block, bytes: length } of runs) {
    if (block + blocksFor(length) > reader.blocks) {
      problem('extent-outside', `Blocks from ${block} on are not all there.`, block);
      return undefined;
    }
    contents.set((await reader.read(block, blocksFor(length))).subarray(0, length), at);
    at += length;
  }
  return contents;
};
