import { BLOCK } from '../../iso9660/block.js';

/** Blocks of 2,048 bytes of an image or a disc, for whoever reads its file systems. */
export interface BlockReader {
  /** One more than the last block that there is. */
  readonly blocks: number;
  /** So many whole blocks; the caller asks for none that are not there. Rejects where they cannot be read. */
  read(first: number, count: number): Promise<Uint8Array>;
}

const WINDOW_BLOCKS = 32;
const WINDOWS = 64;

/**
 * The same blocks, read by windows of 64 KiB of which the last 64 are kept: directories and their continuations lie
 * near each other, and a drive takes long for each single block.
 */
export const cached = (reader: BlockReader): BlockReader => {
  const windows = new Map<number, Promise<Uint8Array>>();
  const load = (window: number): Promise<Uint8Array> => {
    const known = windows.get(window);
    windows.delete(window);
    const first = window * WINDOW_BLOCKS;
    const loaded = known ?? reader.read(first, Math.min(WINDOW_BLOCKS, reader.blocks - first));
    windows.set(window, loaded);
    if (windows.size > WINDOWS) for (const oldest of windows.keys()) return forget(oldest, loaded);
    return loaded;
  };
  const forget = (window: number, loaded: Promise<Uint8Array>): Promise<Uint8Array> => {
    windows.delete(window);
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
        const taken = loaded.subarray(from * BLOCK, (from + first + count - block) * BLOCK);
        bytes.set(taken, (block - first) * BLOCK);
        block += taken.length / BLOCK;
      }
      return bytes;
    },
  };
};
