import type { Stretch } from '../binary/bit-set.js';
import { SpindleError } from '../errors.js';

/** A volume of which every address is known: its first block, and how many it has. */
export interface Reach {
  readonly first: number;
  readonly blocks: number;
  /** Blocks of the medium in which nothing is, between its regions and in them; ascending. */
  readonly gaps: readonly Stretch[];
}

/** Blocks of a volume that belong together. They learn their address before any of them is written. */
export interface Region {
  readonly blocks: number;
  /** Counted from the first block of the volume, it begins no earlier. */
  readonly from?: number;
  /** Its address is a multiple of so many blocks. */
  readonly align?: number;
  /** Called once, with its first block. */
  readonly place?: (block: number) => void;
  /**
   * Metadata: everything in it, in pieces that are valid until the next. What has no bytes holds contents, or is zero. They may be asked for
   * again.
   */
  readonly bytes?: (reach: Reach) => Iterable<Uint8Array>;
  /** Of its blocks, those in which nothing is, ascending; asked for when it has its place. */
  readonly gaps?: (block: number) => readonly Stretch[];
  /** The same metadata as that of another region. */
  readonly repeats?: Region;
}

/** A region that has its address. */
export interface Run {
  readonly block: number;
  readonly region: Region;
}

/** Block numbers have 32 bits in all file systems: 8 TiB. */
const LAST_BLOCK = 0xffff_ffff;

const alignedTo = (block: number, align: number): number => Math.ceil(block / align) * align;

/**
 * Hands out addresses, one region after the other; nothing else does. A region is measured only when those before it have their
 * addresses: a generator may look at them. `first` is the block of the medium at which the volume begins.
 */
export const allocate = (
  first: number,
  regions: Iterable<Region>,
): { readonly runs: readonly Run[]; readonly reach: Reach } => {
  const runs: Run[] = [];
  const gaps: Stretch[] = [];
  let next = first;
  for (const region of regions) {
    const block = alignedTo(Math.max(next, first + (region.from ?? 0)), region.align ?? 1);
    if (block > next) gaps.push({ first: next, count: block - next });
    next = block + region.blocks;
    if (next > LAST_BLOCK)
      throw new SpindleError(
        'image-too-large',
        'The volume exceeds 8 TiB, the reach of 32-bit block numbers.',
      );
    region.place?.(block);
    gaps.push(...(region.gaps?.(block) ?? []));
    runs.push({ block, region });
  }
  return { runs, reach: { first, blocks: next - first, gaps } };
};
