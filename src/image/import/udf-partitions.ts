/** A virtual allocation table. */
export interface VirtualTable {
  /** Block of the medium in which its entry stands. */
  readonly block: number;
  /** In the form that UDF 2.00 gave it. */
  readonly extended: boolean;
}

/** A partition as its map shows it: where on the medium its blocks lie. */
export interface Partition {
  /** Blocks that it has; beyond them nothing is. */
  readonly blocks: number;
  /** Its blocks follow each other on the medium as they do in it. */
  readonly straight: boolean;
  /** Written once, in sequence: its volume is never closed. By which table it is seen. */
  readonly table?: VirtualTable;
  /** Block of the medium; undefined where there is none. */
  blockOf(block: number): number | undefined;
}

export const physicalPartition = (start: number, blocks: number): Partition => ({
  blocks,
  straight: true,
  blockOf: (block) => (block < blocks ? start + block : undefined),
});

/** OSTA UDF 1.50 2.2.8: the table says which block of the physical partition each one is. */
export const virtualPartition = (
  blocks: Uint32Array,
  table: VirtualTable,
  physical: Partition,
): Partition => ({
  blocks: blocks.length,
  straight: false,
  table,
  blockOf: (block) => {
    const real = blocks[block];
    return real === undefined ? undefined : physical.blockOf(real);
  },
});

/** OSTA UDF 1.50 2.2.9: `spared` says at which sector each packet lies that is kept elsewhere. */
export const sparablePartition = (
  spared: ReadonlyMap<number, number>,
  packetLength: number,
  physical: Partition,
): Partition => ({
  blocks: physical.blocks,
  straight: spared.size === 0,
  blockOf: (block) => {
    const packet = spared.get(block - (block % packetLength));
    return packet === undefined ? physical.blockOf(block) : packet + (block % packetLength);
  },
});

/** OSTA UDF 2.50 2.2.10: the contents of a file, as runs of blocks of the medium. */
export const metadataPartition = (
  runs: readonly { readonly block: number; readonly bytes: number }[],
): Partition => {
  const ends: number[] = [];
  let blocks = 0;
  for (const { bytes } of runs) ends.push((blocks += Math.ceil(bytes / 2048)));
  return {
    blocks,
    straight: runs.length === 1,
    blockOf: (block) => {
      let low = 0;
      let high = ends.length;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if ((ends[middle] ?? 0) > block) high = middle;
        else low = middle + 1;
      }
      const run = runs[low];
      return run && run.block + block - (low === 0 ? 0 : (ends[low - 1] ?? 0));
    },
  };
};
