import { BitSet } from '../../binary/bit-set.js';
import { blocksFor } from '../../iso9660/block.js';
import type { Partition } from './udf-partitions.js';

/** Blocks of a partition, by the index of its map. */
interface TakenExtent {
  readonly partition: number;
  readonly block: number;
  readonly bytes: number;
}

/** Which blocks of each partition hold something that the volume leads to. */
export class TakenBlocks {
  readonly #partitions: readonly (BitSet | undefined)[];

  /** `most`: no partition has more blocks than can be read. */
  constructor(partitions: readonly (Partition | undefined)[], most: number) {
    this.#partitions = partitions.map(
      (partition) => partition && new BitSet(Math.min(partition.blocks, most)),
    );
  }

  add({ partition, block, bytes }: TakenExtent): void {
    this.#partitions[partition]?.add({ first: block, count: blocksFor(bytes) });
  }

  of(partition: number): BitSet | undefined {
    return this.#partitions[partition];
  }
}
