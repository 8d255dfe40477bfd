import { must, SECTOR } from './udf-bytes.js';
import type { UdfVolume } from './udf-model.js';
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
  must(bytes.readUInt32LE(16) === partition.readUInt32LE(192), 'a bit for each block');
  const free: number[] = [];
  for (let bit = 0; bit < bytes.readUInt32LE(16); bit++)
    if (((bytes[24 + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) free.push(bit);
  return free;
};
