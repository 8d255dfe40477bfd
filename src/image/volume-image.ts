import { BLOCK } from '../iso9660/block.js';
import type { Run } from './allocator.js';
import type { Volume } from './bridge.js';
import { DATA_UNIT, type Extent, type ImageSummary } from './image.js';
import type { ImageContents, MetadataRun, PlacedSource, UdfTreeContents } from './image-contents.js';
import { createdAt } from './master-request.js';
import { nameChanges } from './name-changes.js';
import { ROOT } from './tree.js';
import { encodeAnchor } from './udf-descriptors.js';
import { entryAllocation, type UdfVolume } from './udf-volume.js';

/** A file whose reading costs more than its bytes. */
const SMALL = 64 * 1024;

/** A run of metadata in the volume and in the image's metadata. */
interface PlacedRun extends MetadataRun {
  readonly address: number;
}

/** Regions of metadata; those that follow each other without a gap are one, but for what is repeated elsewhere. */
const neighbours = (runs: readonly Run[]): Run[][] => {
  const groups: Run[][] = [];
  const repeated = new Set(runs.map(({ region }) => region.repeats));
  for (const run of runs.filter(({ region }) => region.bytes && region.blocks > 0)) {
    const before = groups.at(-1)?.at(-1);
    const alone = repeated.has(run.region) || (before && repeated.has(before.region));
    if (!alone && before && before.block + before.region.blocks === run.block) groups.at(-1)?.push(run);
    else groups.push([run]);
  }
  return groups;
};

const metadataRuns = ({ runs, reach }: Volume): PlacedRun[] => {
  let end = 0;
  return neighbours(runs).map((group) => {
    const bytes = group.reduce((blocks, { region }) => blocks + region.blocks, 0) * BLOCK;
    const offset = end;
    end += bytes;
    function* items(): Generator<Uint8Array> {
      for (const { region } of group) yield* region.bytes?.(reach) ?? [];
    }
    return { address: ((group[0]?.block ?? 0) - reach.first) * BLOCK, offset, bytes, items };
  });
};

function* contentExtents({ tree, contents, reach }: Volume): Generator<Extent> {
  for (const [source, entry] of contents.entries.entries())
    yield {
      kind: 'source',
      address: (contents.blockOf(entry) - reach.first) * BLOCK,
      length: tree.contentBytes(entry),
      source,
      offset: 0,
    };
}

/** Metadata that stands in the volume once more. */
const repetitions = (
  { runs, reach }: Volume,
  metadata: readonly PlacedRun[],
): Pick<PlacedRun, 'address' | 'offset' | 'bytes'>[] =>
  runs.flatMap(({ block, region }) => {
    const original = runs.find((run) => run.region === region.repeats);
    const address = ((original?.block ?? 0) - reach.first) * BLOCK;
    const run = original && metadata.find((candidate) => candidate.address === address);
    return run ? [{ ...run, address: (block - reach.first) * BLOCK }] : [];
  });

type Placed = Pick<PlacedRun, 'address' | 'offset' | 'bytes'>;

/** Metadata and contents in the order of their addresses: contents lie together. */
function* extents(volume: Volume, metadata: readonly Placed[]): Generator<Extent> {
  const first = volume.contents.entries[0];
  const border = first === undefined ? 0 : (volume.contents.blockOf(first) - volume.reach.first) * BLOCK;
  const extentOf = ({ address, offset, bytes: length }: Placed): Extent => ({
    kind: 'metadata',
    address,
    length,
    offset,
  });
  yield* metadata.filter(({ address }) => address < border).map(extentOf);
  yield* contentExtents(volume);
  yield* metadata.filter(({ address }) => address >= border).map(extentOf);
}

function* sources({ tree, contents }: Volume): Generator<PlacedSource> {
  for (const entry of contents.entries) yield { source: tree.source(entry), place: tree.path(entry) };
}

const count = (items: Iterable<unknown>): number => {
  const iterator = items[Symbol.iterator]();
  let counted = 0;
  while (iterator.next().done !== true) counted++;
  return counted;
};

const summarize = ({ tree, contents, reach, request, udf }: Volume, requestDigest: string): ImageSummary => {
  let files = 0;
  let directories = 0;
  for (const directory of tree.directories()) {
    directories++;
    for (const entry of tree.childrenOf(directory)) if (!tree.isDirectory(entry)) files++;
  }
  return {
    parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: reach.first, length: reach.blocks }],
    bytes: reach.blocks * BLOCK,
    volumeIdentifier: request.volumeIdentifier,
    files,
    directories,
    smallFiles: contents.entries.filter((entry) => tree.contentBytes(entry) < SMALL).length,
    requestDigest,
    ...(udf?.options.view === 'virtual' && { endsWithTable: true }),
  };
};

const treeOf = ({ tree, request }: Volume, udf: UdfVolume): UdfTreeContents => ({
  recordedAt: createdAt(request),
  rootDirectory: entryAllocation(udf, udf.udf.position(ROOT)),
  files: udf.udf.files,
  directories: udf.udf.directories.length,
  nextUniqueId: udf.udf.nextUniqueId,
  kept: () => tree.onMedium.recorded(),
});

/** A volume as an image of one part, which begins at the address that those in it are counted from. */
export const volumeImage = (volume: Volume, requestDigest: string): ImageContents => {
  const { udf } = volume;
  const runs = metadataRuns(volume);
  const placed: Placed[] = [...runs, ...repetitions(volume, runs)];
  placed.sort((a, b) => a.address - b.address);
  return {
    summary: summarize(volume, requestDigest),
    extents: [{ count: volume.contents.entries.length + placed.length, items: extents(volume, placed) }],
    sources: { count: volume.contents.entries.length, items: sources(volume) },
    nameChanges: { count: count(nameChanges(volume)), items: nameChanges(volume) },
    metadata: { bytes: runs.reduce((bytes, run) => bytes + run.bytes, 0), runs },
    ...(udf && { anchorIn: (block: number) => encodeAnchor(udf, block), tree: treeOf(volume, udf) }),
  };
};
