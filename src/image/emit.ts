import { setImmediate } from 'node:timers/promises';

import { BLOCK, wholeBlocks } from '../iso9660/block.js';
import { volumeMetadata } from './iso-metadata.js';
import { type IsoVolume } from './iso-volume.js';
import { type OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';

/** Bytes handed on at once; larger pieces fall out of the processor's caches between reading and writing. */
const CHUNK = 256 * 1024;

/** Bytes between two looks at signals and timers. */
const BREATH = 32 * 1024 * 1024;

export interface EmitOptions {
  readonly roots: OpenRoots;
  /** Takes the bytes before it returns. */
  readonly write: (bytes: Uint8Array) => void;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/** Collects bytes and hands them on in chunks. */
class Chunks {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #buffer = new Uint8Array(CHUNK);
  #used = 0;
  total = 0;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Room for at most `bytes` bytes of what comes next; `advance` says how many there are. */
  room(bytes: number): Uint8Array {
    if (this.#used === CHUNK) this.flush();
    return this.#buffer.subarray(this.#used, Math.min(CHUNK, this.#used + bytes));
  }

  advance(bytes: number): void {
    this.#used += bytes;
    this.total += bytes;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = this.room(bytes.length - at);
      room.set(bytes.subarray(at, at + room.length));
      this.advance(room.length);
      at += room.length;
    }
  }

  zeros(bytes: number): void {
    for (let left = bytes; left > 0;) {
      const room = this.room(left);
      room.fill(0);
      this.advance(room.length);
      left -= room.length;
    }
  }

  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** Writes a volume from its first byte to its last. Throws when a source is not what was measured. */
export const emitVolume = async (
  volume: IsoVolume,
  { roots, write, signal, onBytes }: EmitOptions,
): Promise<void> => {
  const chunks = new Chunks(write);
  const reader = new SourceReader(roots);
  let breathed = 0;
  const breathe = async (): Promise<void> => {
    if (chunks.total - breathed < BREATH) return;
    breathed = chunks.total;
    onBytes(chunks.total);
    await setImmediate();
    signal.throwIfAborted();
  };
  try {
    for (const piece of volumeMetadata(volume)) chunks.add(piece);
    for (const entry of volume.contents) {
      const source = volume.tree.source(entry);
      reader.open(source);
      for (let offset = 0; offset < source.size;) {
        const room = chunks.room(source.size - offset);
        reader.read(room, offset);
        chunks.advance(room.length);
        offset += room.length;
        await breathe();
      }
      reader.finish();
      chunks.zeros(wholeBlocks(source.size) - source.size);
    }
    chunks.zeros(volume.blocks * BLOCK - chunks.total);
    chunks.flush();
    onBytes(chunks.total);
  } finally {
    reader.close();
  }
};
