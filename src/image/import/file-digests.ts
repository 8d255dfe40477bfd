import { createHash } from 'node:crypto';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { type BlockReader, isUnreadable } from './block-reader.js';
import type { FindingCode } from './findings.js';
import type { ImportedRun } from './imported-entry.js';

const PIECE_BLOCKS = 128;

/** Files of a volume that share blocks without being the same could have many times its bytes. */
const MOST_TIMES = 4;

/** Content that lies in blocks of the medium. */
interface Recorded {
  readonly runs: readonly ImportedRun[];
}

/** The contents of a file, piece by piece. */
export async function* piecesOf(reader: BlockReader, { runs }: Recorded): AsyncGenerator<Uint8Array> {
  for (const { block, bytes, hole } of runs)
    for (let done = 0; done < bytes;) {
      const count = Math.min(PIECE_BLOCKS, blocksFor(bytes - done));
      const piece = hole ? new Uint8Array(count * BLOCK) : await reader.read(block + done / BLOCK, count);
      yield piece.subarray(0, bytes - done);
      done += count * BLOCK;
    }
}

export const fits = (reader: BlockReader, { runs }: Recorded): boolean =>
  runs.every(({ block, bytes, hole }) => hole === true || block + blocksFor(bytes) <= reader.blocks);

interface Problem {
  readonly code: FindingCode;
  readonly detail: string;
}

/** SHA-256 of a file, in hex, or why nobody can tell it. */
export type FileDigest = { readonly sha256: string } | { readonly problem: Problem };

/** What is said of a file that is not read. */
export const TOO_COSTLY: Problem = {
  code: 'volume-too-costly',
  detail: 'It is not read: the files have more bytes than the volume.',
};

/** Digests files of a volume. By where they lie: what has many names is read once. */
export class FileDigests {
  readonly #reader: BlockReader;
  readonly #known = new Map<string, FileDigest>();
  #left: number;

  constructor(reader: BlockReader) {
    this.#reader = reader;
    this.#left = MOST_TIMES * reader.blocks * BLOCK;
  }

  async of(file: Recorded): Promise<FileDigest> {
    const place = file.runs.map(({ block, bytes, hole }) => `${hole ? 'hole' : block}+${bytes}`).join();
    const digest = this.#known.get(place) ?? (await this.#read(file));
    this.#known.set(place, digest);
    return digest;
  }

  /** The contents of a file, piece by piece; undefined where they lie outside, or with all that was read before have too many bytes. */
  piecesOf(file: Recorded): AsyncGenerator<Uint8Array> | undefined {
    const bytes = file.runs.reduce((sum, run) => sum + run.bytes, 0);
    if (bytes > this.#left || !fits(this.#reader, file)) return undefined;
    this.#left -= bytes;
    return piecesOf(this.#reader, file);
  }

  async #read(file: Recorded): Promise<FileDigest> {
    const pieces = this.piecesOf(file);
    if (!pieces) return { problem: TOO_COSTLY };
    const hash = createHash('sha256');
    try {
      for await (const piece of pieces) hash.update(piece);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return { problem: { code: 'block-unreadable', detail: error.message } };
    }
    return { sha256: hash.digest('hex') };
  }
}
