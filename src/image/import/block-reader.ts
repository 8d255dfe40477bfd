import { type ErrorCode, isSpindleError, type SpindleError } from '../../errors.js';
import { BLOCK } from '../../iso9660/block.js';

/** Blocks of 2,048 bytes of an image or a disc, for whoever reads its file systems. */
export interface BlockReader {
  /** One more than the last block that there is. */
  readonly blocks: number;
  /** So many whole blocks; the caller asks for none that are not there. Rejects where they cannot be read. */
  read(first: number, count: number): Promise<Uint8Array>;
}

/** What keeps somebody from reading, and says nothing of the blocks. */
const HINDRANCES: ReadonlySet<ErrorCode> = new Set([
  'medium-changed',
  'medium-not-present',
  'drive-unknown',
  'drive-absent',
  'drive-busy',
  'drive-leased',
  'drive-foreign-busy',
  'drive-faulted',
  'drive-disabled',
  'drive-lost',
  'drive-becoming-ready',
  'worker-lost',
  'worker-incompatible',
  'program-exchanged',
  'mastering-failed',
  'validation-failed',
  'daemon-stopping',
  'canceled',
  'internal',
  'root-unknown',
  // Blocks that were read and cannot be kept.
  'space-exhausted',
  'space-unknown',
]);

/** Whether a block cannot be read, rather than that nothing can be read now. */
export const isUnreadable = (error: unknown): error is SpindleError =>
  isSpindleError(error) && !HINDRANCES.has(error.code);

const WINDOW_BLOCKS = 32;
const WINDOWS = 64;

type Window = Promise<Uint8Array | undefined>;

/** For blocks that may as well not be there. */
export const unlessUnreadable = (error: unknown): undefined => {
  if (isUnreadable(error)) return undefined;
  throw error;
};

/**
 * The same blocks, read by windows of 64 KiB of which the last 64 are kept: directories and their continuations lie
 * near each other, and a drive takes long for each single block. A window that cannot be read as a whole, such as one in which a track
 * of a CD ends, is read block by block.
 */
export const cached = (reader: BlockReader): BlockReader => {
  const windows = new Map<number, Window>();
  const forgetOldest = (): void => {
    const [oldest] = windows.keys();
    if (oldest !== undefined && windows.size > WINDOWS) windows.delete(oldest);
  };
  const load = (window: number): Window => {
    const first = window * WINDOW_BLOCKS;
    const loaded =
      windows.get(window) ??
      reader.read(first, Math.min(WINDOW_BLOCKS, reader.blocks - first)).catch(unlessUnreadable);
    windows.delete(window);
    windows.set(window, loaded);
    forgetOldest();
    return loaded;
  };
  return {
    blocks: reader.blocks,
    read: async (first, count) => {
      const bytes = new Uint8Array(count * BLOCK);
      for (let block = first; block < first + count;) {
        const window = Math.floor(block / WINDOW_BLOCKS);
        const from = block - window * WINDOW_BLOCKS;
        const loaded = await load(window);
        const taken = loaded
          ? loaded.subarray(from * BLOCK, (from + first + count - block) * BLOCK)
          : await reader.read(block, 1);
        bytes.set(taken, (block - first) * BLOCK);
        block += taken.length / BLOCK;
      }
      return bytes;
    },
  };
};
