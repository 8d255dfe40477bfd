import { must, SECTOR } from './udf-bytes.js';
import type { UdfFile, UdfVolume } from './udf-model.js';
import type { Sectors } from './udf-sectors.js';

/** The integrity descriptor in a sector, and what ends its sequence. */
export const readIntegrity = (disc: Sectors, sector: number): UdfVolume['integrity'] => {
  const bytes = disc.sector(sector);
  disc.check(bytes, [9], sector);
  disc.check(disc.sector(sector + 1), [8], sector + 1);
  const count = bytes.readUInt32LE(72);
  const words = (at: number): number[] =>
    Array.from({ length: count }, (_, index) => bytes.readUInt32LE(at + 4 * index));
  const use = 80 + 8 * count;
  return {
    closed: bytes.readUInt32LE(28) === 1,
    nextUniqueId: Number(bytes.readBigUInt64LE(40)),
    free: words(80),
    sizes: words(80 + 4 * count),
    files: bytes.readUInt32LE(use + 32),
    directories: bytes.readUInt32LE(use + 36),
    revisions: [40, 42, 44].map((at) => bytes.readUInt16LE(use + at)),
  };
};

/** Set bits of a space bitmap descriptor, which has one for each of so many blocks. */
const freeIn = (bytes: Buffer, blocks: number): number[] => {
  must(bytes.readUInt32LE(16) === blocks, 'a bit for each block');
  must(bytes.readUInt32LE(20) === Math.ceil(blocks / 8), 'bytes for its bits');
  const free: number[] = [];
  for (let bit = 0; bit < blocks; bit++) if (((bytes[24 + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) free.push(bit);
  return free;
};

/** Blocks of a partition that its bitmap says are free. */
export const readFree = (disc: Sectors, partition: Buffer): number[] | undefined => {
  const at = partition.readUInt32LE(64) > 0 ? 64 : 88;
  const length = partition.readUInt32LE(at);
  if (length === 0) return undefined;
  const block = partition.readUInt32LE(at + 4);
  const bytes = disc.image.subarray(
    (block + partition.readUInt32LE(188)) * SECTOR,
    (block + partition.readUInt32LE(188)) * SECTOR + length,
  );
  disc.check(bytes, [264], block);
  return freeIn(bytes, partition.readUInt32LE(192));
};

/** Blocks of the metadata that something led to, and those that its bitmap says are free. */
export class MetadataSpace {
  readonly #led = new Set<number>();
  #free: ReadonlySet<number> | undefined;
  #blocks = 0;

  /** The bitmap of a metadata file, with its own content from block `at` of the partition. */
  readBitmap(disc: Sectors, { bitmap, at, main }: Record<'bitmap' | 'main', UdfFile> & { at: number }): void {
    must(bitmap.type === 252, 'metadata bitmap');
    disc.check(bitmap.content, [264], at);
    this.#blocks = main.size / SECTOR;
    this.#free = new Set(freeIn(bitmap.content, this.#blocks));
  }

  leadTo(block: number): number {
    this.#led.add(block);
    return block;
  }

  /** What nothing led to is free, and nothing else. */
  check(): void {
    const free = this.#free;
    if (!free) return;
    for (const block of this.#led) must(!free.has(block), `metadata block ${block} is used, and free`);
    must(free.size + this.#led.size === this.#blocks, 'each block of the metadata is used or free');
  }
}
