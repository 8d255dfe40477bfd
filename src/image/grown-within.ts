import { BitSet, type Stretch } from '../binary/bit-set.js';
import { blocksFor } from '../iso9660/block.js';
import { alterFileSet, alterIntegrity } from '../udf/altered.js';
import { alterSpaceBitmap } from '../udf/space-bitmap.js';
import type { UdfWithin } from './import/udf-within.js';
import { type Overwritten, withChanges } from './growth-image.js';
import type { ImageContents, UdfTreeContents } from './image-contents.js';
import type { Patchwork } from './patchwork.js';

/** A volume into which a session goes, and what it has by now in the places that change. */
export interface WithinPlaces {
  /** Blocks; what is recorded is a multiple of them. */
  readonly unit: number;
  readonly within: UdfWithin;
  readonly places: Patchwork;
}

const bitmapPlace = ({ bitmap: { block, bytes } }: UdfWithin): Stretch => ({
  first: block,
  count: blocksFor(bytes),
});

/** What is written anew when a session goes into a volume. */
export const changingPlaces = (within: UdfWithin): Stretch[] => [
  bitmapPlace(within),
  { first: within.integrityBlock, count: 1 },
  { first: within.fileSetBlock, count: 1 },
];

/** Blocks of the partition that hold what the old tree shows and the new one does not. */
const leftBehind = ({ tree, partitionStart }: UdfWithin, { kept }: UdfTreeContents): BitSet => {
  const left = new BitSet(tree.size);
  for (const stretch of tree.stretches('both', tree)) left.add(stretch);
  for (const { block, bytes } of kept())
    left.remove({ first: block - partitionStart, count: blocksFor(bytes) });
  return left;
};

/** The bitmap and the integrity descriptor, as both will be once the file set leads to the new tree. */
const account = (
  growth: WithinPlaces,
  tree: UdfTreeContents,
  alter: (free: BitSet) => void,
): Overwritten[] => {
  const { places, within, unit } = growth;
  const { free } = alterSpaceBitmap(places.bytes(bitmapPlace(within)), alter);
  const integrity = { first: within.integrityBlock, count: 1 };
  const next = BigInt(tree.nextUniqueId);
  alterIntegrity(places.bytes(integrity), {
    ...tree,
    free,
    nextUniqueId: next > within.nextUniqueId ? next : within.nextUniqueId,
  });
  return [bitmapPlace(within), integrity].map((place) => places.around(place, unit));
};

const leading = ({ places, within, unit }: WithinPlaces, tree: UdfTreeContents): Overwritten[] => {
  const fileSet = { first: within.fileSetBlock, count: 1 };
  alterFileSet(places.bytes(fileSet), tree);
  return [places.around(fileSet, unit)];
};

/**
 * A session as an image that puts it into what a volume of UDF has free: what is new; then the bitmap with its blocks taken, and the integrity
 * descriptor; then the file set, in one ECC block, that leads to the new tree; then the bitmap once more, in which what only the old tree had
 * is free, and the integrity descriptor. Until the file set is written every reader sees the old tree, of which nothing was touched. Whenever
 * it ends, no block that is in use is free.
 */
export const growthWithin = (session: ImageContents, growth: WithinPlaces): ImageContents => {
  const { within, unit } = growth;
  const { tree, summary } = session;
  const [part] = summary.parts;
  if (!tree || typeof part?.start !== 'number') throw new TypeError('a session in a volume is a tree of UDF');
  const taken = { first: part.start - within.partitionStart, count: part.length };
  const left = leftBehind(within, tree);
  const changes = [
    account(growth, tree, (free) => {
      free.remove(taken);
    }),
    leading(growth, tree),
    account(growth, tree, (free) => {
      for (const stretch of left.stretches('both', left)) free.add(stretch);
    }),
  ];
  return withChanges(session, unit, changes.flat());
};
