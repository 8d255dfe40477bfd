import type { BitSet, Stretch } from '../../binary/bit-set.js';
import { BLOCK } from '../../iso9660/block.js';
import { bytesOfExtent } from '../../udf/extents.js';
import type { ForeignMap } from '../../udf/foreign-volume.js';
import { readTag } from '../../udf/foreign-tag.js';
import { UNKNOWN_SPACE } from '../../udf/integrity.js';
import { TAG } from '../../udf/tag.js';
import type { Finding, FindingCode, Report } from './findings.js';
import type { TakenBlocks } from './taken-blocks.js';
import { bitmapIn, freeSpaceOf, type SpaceQuestion } from './udf-free-space.js';
import {
  contentsOfIcb,
  type IcbPlace,
  type Problem,
  readContents,
  readIcb,
  type UdfSpace,
} from './udf-icb.js';
import { readStreams } from './udf-streams.js';
import type { UdfVolume } from './udf-volume.js';

/** Stretches that are told one by one; of a bitmap that is another volume's there are many. */
const MOST_STRETCHES = 20;

type MetadataMap = Extract<ForeignMap, { kind: 'metadata' }>;

/** The volume with an account of which blocks are taken, which has all that its tree leads to. */
export interface AccountedVolume extends UdfVolume {
  readonly space: UdfSpace & { readonly taken: TakenBlocks };
}

const isPhysical = (map: ForeignMap): boolean => map.kind === 'physical' || map.kind === 'sparable';

/** The map by which a metadata file and its mirror are found. */
const underneath = ({ described: { maps } }: UdfVolume, { partition }: MetadataMap): number =>
  maps.findIndex((map) => isPhysical(map) && 'partition' in map && map.partition === partition);

const silent: Problem = () => undefined;

/** Contents of a file of the volume's own; its entry and its extents are noted as taken. */
const contentsAt = async (space: UdfSpace, place: IcbPlace): Promise<Uint8Array | undefined> => {
  const icb = await readIcb(space, place, silent);
  return icb && readContents(space, await contentsOfIcb(space, icb, silent), silent);
};

const noteFile = async (space: UdfSpace, place: IcbPlace): Promise<void> => {
  const icb = await readIcb(space, place, silent);
  if (icb) await contentsOfIcb(space, icb, silent);
};

/** A terminating descriptor may end the sequence of file sets, in a block that the volume does not count among them. */
const noteTerminator = async (
  { reader, taken, partitions }: AccountedVolume['space'],
  place: IcbPlace,
): Promise<void> => {
  const block = partitions[place.partition]?.blockOf(place.block);
  if (block === undefined || block >= reader.blocks) return;
  const { identifier, problem } = readTag(await reader.read(block, 1), 0, place.block);
  if (identifier === TAG.terminating && problem === undefined) taken.add({ ...place, bytes: BLOCK });
};

/** What no directory leads to: the file set, what ends it, the streams of the whole volume, and metadata files with their mirrors. */
export const noteOwnBlocks = async (volume: AccountedVolume): Promise<void> => {
  const { space, fileSet, described } = volume;
  space.taken.add({ ...fileSet, bytes: Math.max(BLOCK, described.fileSetBytes) });
  await noteTerminator(space, { ...fileSet, block: fileSet.block + 1 });
  const { systemStreams } = described;
  if (bytesOfExtent(systemStreams) > 0) {
    const icb = await readIcb(space, systemStreams, silent);
    if (icb) await contentsOfIcb(space, icb, silent);
    if (icb) await readStreams(space, { ...icb, entry: { ...icb.entry, streams: systemStreams } }, silent);
  }
  for (const map of described.maps)
    if (map.kind === 'metadata')
      for (const block of [map.file, map.mirror])
        await noteFile(space, { block, partition: underneath(volume, map) });
};

/** Path of what lies in a block of the medium, as far as that is known. */
export type WhatIsAt = (block: number) => string | undefined;

interface Comparison extends SpaceQuestion {
  readonly free: BitSet;
  readonly taken: BitSet;
  readonly whatIsAt: WhatIsAt;
}

const mediumBlockOf = ({ space, partition }: SpaceQuestion, block: number): number | undefined =>
  space.partitions[partition]?.blockOf(block);

const inWords = ({ first, count }: Stretch): string =>
  count === 1 ? `Block ${first}` : `Blocks ${first} to ${first + count - 1}`;

const takenFinding = (comparison: Comparison, stretch: Stretch): Finding => {
  const block = mediumBlockOf(comparison, stretch.first);
  const path = block === undefined ? undefined : comparison.whatIsAt(block);
  return {
    code: 'space-taken',
    detail: `${inWords(stretch)} of partition ${comparison.partition}.`,
    ...(block !== undefined && { block }),
    ...(path !== undefined && { path }),
  };
};

const total = (stretches: readonly Stretch[]): number =>
  stretches.reduce((blocks, { count }) => blocks + count, 0);

const countFinding = (
  comparison: Comparison,
  code: FindingCode,
  { stretches, detail }: { readonly stretches: readonly Stretch[]; readonly detail: string },
): void => {
  const block = mediumBlockOf(comparison, stretches[0]?.first ?? 0);
  comparison.report({ code, detail, ...(block !== undefined && { block }) });
};

const compare = (comparison: Comparison): void => {
  const { free, taken, partition, report } = comparison;
  const wrong = [...free.stretches('both', taken)];
  for (const stretch of wrong.slice(0, MOST_STRETCHES)) report(takenFinding(comparison, stretch));
  const more = wrong.slice(MOST_STRETCHES);
  if (more.length > 0)
    countFinding(comparison, 'space-taken', {
      stretches: more,
      detail: `So are ${total(more)} more blocks of partition ${partition}.`,
    });
  const unclaimed = [...free.stretches('neither', taken)];
  if (unclaimed.length > 0)
    countFinding(comparison, 'space-unclaimed', {
      stretches: unclaimed,
      detail: `${total(unclaimed)} blocks of partition ${partition}, from block ${unclaimed[0]?.first ?? 0} of it on.`,
    });
};

const checkCounts = (
  { described: { spaces, integrityBlock } }: UdfVolume,
  { partition, space, report }: SpaceQuestion,
  free: number | undefined,
): void => {
  const told = spaces?.[partition];
  if (!told) return;
  const { blocks = 0 } = space.partitions[partition] ?? {};
  const wrong = (what: string): void => {
    const block = integrityBlock === undefined ? {} : { block: integrityBlock };
    report({ code: 'free-space-wrong', ...block, detail: `Partition ${partition}: ${what}.` });
  };
  if (told.size !== UNKNOWN_SPACE && told.size !== blocks)
    wrong(`it says ${told.size} blocks; there are ${blocks}`);
  if (free !== undefined && told.free !== UNKNOWN_SPACE && told.free !== free)
    wrong(`it says ${told.free} free blocks; there are ${free}`);
};

/** What says which blocks are free of a partition that is mapped as it lies, or by packets. */
const freeOfPhysical = (
  volume: AccountedVolume,
  question: SpaceQuestion,
  map: ForeignMap,
): Promise<BitSet | undefined> => {
  const descriptor = 'partition' in map ? volume.described.partitions.get(map.partition) : undefined;
  return descriptor ? freeSpaceOf(question, descriptor) : Promise.resolve(undefined);
};

/** OSTA UDF 2.50 2.2.13.3: the bitmap is a file of its own. */
const freeOfMetadata = async (
  volume: AccountedVolume,
  { space, partition, report }: SpaceQuestion,
  map: MetadataMap,
): Promise<BitSet | undefined> => {
  if (map.bitmap === undefined) return undefined;
  const place = { block: map.bitmap, partition: underneath(volume, map) };
  const bytes = await contentsAt(space, place);
  const { blocks = 0 } = space.partitions[partition] ?? {};
  const found = bytes ? bitmapIn(bytes, { block: undefined, blocks }) : 'It cannot be read.';
  if (typeof found !== 'string') return found;
  const block = space.partitions[place.partition]?.blockOf(place.block);
  report({ code: 'space-bitmap-damaged', detail: found, ...(block !== undefined && { block }) });
  return undefined;
};

/**
 * Compares what is said to be free with what the volume holds, after all of its tree was read. A volume that only ever goes on says nothing
 * of free space.
 */
export const checkSpace = async (
  volume: AccountedVolume,
  report: Report,
  whatIsAt: WhatIsAt,
): Promise<void> => {
  const { space, described } = volume;
  if (space.partitions.some((partition) => partition?.table !== undefined)) return;
  await noteOwnBlocks(volume);
  // Those of metadata first: their bitmaps take blocks of the partition underneath.
  const order = [...described.maps.entries()].sort(
    ([, one], [, other]) => Number(isPhysical(one)) - Number(isPhysical(other)),
  );
  for (const [partition, map] of order) {
    const question = { space, partition, report };
    const taken = space.taken.of(partition);
    if (!taken) continue;
    const free =
      map.kind === 'metadata'
        ? await freeOfMetadata(volume, question, map)
        : await freeOfPhysical(volume, question, map);
    if (free) compare({ ...question, free, taken, whatIsAt });
    checkCounts(volume, question, free?.count);
  }
};
