import { setImmediate } from 'node:timers/promises';

import { type ImageContents, type PlacedSource } from './image-contents.js';
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

/** Lets signals and timers have their turn now and then. */
const breather = (chunks: Chunks, { onBytes, signal }: EmitOptions): (() => Promise<void> | undefined) => {
  let breathed = 0;
  return () => {
    if (chunks.total - breathed < BREATH) return undefined;
    breathed = chunks.total;
    onBytes(chunks.total);
    return setImmediate().then(() => {
      signal.throwIfAborted();
    });
  };
};

interface Emitting {
  readonly chunks: Chunks;
  readonly reader: SourceReader;
  readonly breathe: () => Promise<void> | undefined;
}

const emitSource = async ({ source }: PlacedSource, { chunks, reader, breathe }: Emitting): Promise<void> => {
  reader.open(source);
  for (let offset = 0; offset < source.size;) {
    const room = chunks.room(source.size - offset);
    reader.read(room, offset);
    chunks.advance(room.length);
    offset += room.length;
    await breathe();
  }
  reader.finish();
};

/** Writes an image of one part from its first byte to its last. Throws when a source is not what was measured. */
export const emitImage = async (image: ImageContents, options: EmitOptions): Promise<void> => {
  const chunks = new Chunks(options.write);
  const reader = new SourceReader(options.roots);
  const sources = image.sources.items[Symbol.iterator]();
  const breathe = breather(chunks, options);
  try {
    for (const extent of image.extents[0]?.items ?? []) {
      chunks.zeros(extent.address - chunks.total);
      if (extent.kind === 'metadata') for (const piece of image.metadata.items) chunks.add(piece);
      else await emitSource(sources.next().value as PlacedSource, { chunks, reader, breathe });
    }
    chunks.zeros(image.summary.bytes - chunks.total);
    chunks.flush();
    options.onBytes(chunks.total);
  } finally {
    reader.close();
  }
};
