import { createHash } from 'node:crypto';

import { BLOCK, blocksFor } from '../iso9660/block.js';
import { bootRecordVolumeDescriptor } from '../iso9660/el-torito.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import type { Reach, Region } from './allocator.js';
import { catalogBlocks, encodeBootCatalog } from './boot-catalog.js';
import type { PreparedBoot } from './boot-images.js';
import { withBootInfo } from './boot-info.js';
import type { PlacedContents } from './contents.js';
import {
  encodeSystemArea,
  guidPartitionTable,
  hybridEnd,
  type HybridImage,
  type ImageEnd,
} from './hybrid.js';
import type { Tree } from './tree.js';
import { wholeBlocksOf } from './whole-blocks.js';

/** What of a volume boots it. */
export interface BootRegions {
  /** El Torito's descriptor, which stands behind the primary one; undefined where there is no catalog. */
  readonly descriptor: (() => Uint8Array) | undefined;
  /** The system area; undefined where the image is to boot from a disc alone. */
  readonly systemArea: Region | undefined;
  /** The catalog, and the images that are told of themselves. */
  readonly regions: readonly Region[];
  /** How the image is to end; undefined where it may end anywhere. */
  readonly end: ImageEnd | undefined;
  /** Last of the volume. */
  tail(): Iterable<Region>;
}

/** Of a volume that boots nothing. */
const NOTHING: BootRegions = {
  descriptor: undefined,
  systemArea: undefined,
  regions: [],
  end: undefined,
  tail: () => [],
};

/** Of a volume that boots what an earlier session did: its catalog names blocks of the medium, wherever it stands. */
const keptBoot = (bootCatalog: number): BootRegions => ({
  ...NOTHING,
  descriptor: () => bootRecordVolumeDescriptor.encode({ bootCatalog }),
});

/** UUIDs of version 4 by their bits, that depend on the request alone: the same image comes out when it is mastered again. */
const guids =
  (seed: string) =>
  (index: number): Uint8Array => {
    const guid = createHash('sha256').update(`${seed} ${index}`).digest().subarray(0, 16);
    guid[7] = 0x40 + ((guid[7] ?? 0) % 16);
    guid[8] = 0x80 + ((guid[8] ?? 0) % 64);
    return Uint8Array.from(guid);
  };

export interface BootPlace {
  readonly tree: Tree;
  readonly contents: PlacedContents;
  /** What no other image has. */
  readonly seed: string;
  /** Block of the catalog of the session that is continued. */
  readonly keptCatalog: number | undefined;
}

const toldRegions = ({ told }: PreparedBoot, { contents }: BootPlace): Region[] =>
  [...told].map(([entry, { bytes, info }]) => ({
    blocks: blocksFor(bytes.length),
    place: (block) => {
      contents.place(entry, block);
    },
    bytes: ({ first }) => [
      wholeBlocksOf(
        withBootInfo(bytes, info, {
          block: contents.blockOf(entry),
          primaryVolumeDescriptor: first + SYSTEM_AREA_BLOCKS,
        }),
      ),
    ],
  }));

const hybridImage = (
  { hybrid }: PreparedBoot,
  { tree, contents, seed }: BootPlace,
  { blocks }: Reach,
): HybridImage => ({
  table: hybrid?.table ?? 'mbr',
  bootCode: hybrid?.bootCode,
  bootImage: hybrid?.loads === undefined ? undefined : contents.blockOf(hybrid.loads),
  efi: (hybrid?.efi ?? [])
    .map((entry) => ({ block: contents.blockOf(entry), bytes: tree.contentBytes(entry) }))
    .sort((a, b) => a.block - b.block),
  blocks,
  guid: guids(seed),
});

/** Fills the image up to its end, the second copy of a GPT last. */
function* hybridTail(
  prepared: PreparedBoot,
  place: BootPlace,
  { multiple, taken }: ImageEnd,
): Generator<Region> {
  let end = 0;
  yield {
    blocks: 0,
    place: (block) => {
      end = block;
    },
  };
  const blocks = Math.ceil((end + taken) / multiple) * multiple - end;
  if (taken === 0) yield { blocks };
  else
    yield {
      blocks,
      bytes: (reach) => {
        const bytes = new Uint8Array(blocks * BLOCK);
        const { backup } = guidPartitionTable(hybridImage(prepared, place, reach));
        bytes.set(backup, bytes.length - backup.length);
        return [bytes];
      },
    };
}

/** Everything that a volume records to boot. Addresses are asked for when it is written. */
export const bootRegions = (prepared: PreparedBoot | undefined, place: BootPlace): BootRegions => {
  if (!prepared) return place.keptCatalog === undefined ? NOTHING : keptBoot(place.keptCatalog);
  const { images, catalog, hybrid } = prepared;
  let catalogBlock = 0;
  const catalogRegion: Region = {
    blocks: catalogBlocks(images),
    place: (block) => {
      catalogBlock = block;
      if (catalog !== undefined) place.contents.place(catalog, block);
    },
    bytes: () => [encodeBootCatalog(images, ({ entry }) => place.contents.blockOf(entry))],
  };
  const boots = images.length > 0;
  const end = hybrid && hybridEnd(hybrid.table);
  return {
    descriptor: boots ? () => bootRecordVolumeDescriptor.encode({ bootCatalog: catalogBlock }) : undefined,
    systemArea: hybrid && {
      blocks: SYSTEM_AREA_BLOCKS,
      bytes: (reach) => [encodeSystemArea(hybridImage(prepared, place, reach))],
    },
    regions: [...(boots ? [catalogRegion] : []), ...toldRegions(prepared, place)],
    end,
    tail: () => (end ? hybridTail(prepared, place, end) : []),
  };
};
