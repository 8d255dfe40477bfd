import { setImmediate } from 'node:timers/promises';

import type { ImageContents, PlacedSource } from './image-contents.js';
import type { OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';

/** Bytes handed on at once; larger pieces fall out of the processor's caches between reading and writing. */
const CHUNK = 256 * 1024;

/** Bytes between two looks at signals and timers. */
const BREATH = 32 * 1024 * 1024;

/**
 * The end of every source is copied, so much of it that what was moved before has left the pipe when it is written: a pipe holds no
 * more (fs.pipe-max-size). The last look at the source then comes after its bytes were taken.
 */
const COPIED_END = 1024 * 1024;

/** Bytes moved at once, at most. */
const MOST_MOVED = 8 * 1024 * 1024;

/**
 * Moves up to `length` bytes of an open file from `position` on to where bytes are written, within the kernel, and
 * returns how many; 0 where they have to be copied.
 */
export type Move = (file: number, position: number, length: number) => number;

export interface EmitOptions {
  readonly roots: OpenRoots;
  /** Takes the bytes before it returns. */
  readonly write: (bytes: Uint8Array) => void;
  /** Absent where bytes can only be written. */
  readonly move?: Move | undefined;
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

  /** Counts bytes that went another way. */
  moved(bytes: number): void {
    this.total += bytes;
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
  readonly move: Move | undefined;
  readonly breathe: () => Promise<void> | undefined;
}

/** Moves all but the end of the open source; returns how many bytes that were. */
const moveSource = async (size: number, { chunks, reader, move, breathe }: Emitting): Promise<number> => {
  let offset = 0;
  if (!move || size <= COPIED_END) return offset;
  chunks.flush();
  while (offset < size - COPIED_END) {
    const count = move(reader.descriptor, offset, Math.min(MOST_MOVED, size - COPIED_END - offset));
    if (count === 0) break;
    offset += count;
    chunks.moved(count);
    await breathe();
  }
  return offset;
};

/** Whether a source that has room in what is handed on next was read into it. */
const emitSmall = ({ source }: PlacedSource, { chunks, reader }: Emitting): boolean => {
  const room = chunks.room(source.size);
  if (room.length < source.size || !reader.readWhole(source, room)) return false;
  chunks.advance(room.length);
  return true;
};

const emitSource = async ({ source }: PlacedSource, emitting: Emitting): Promise<void> => {
  const { chunks, reader, breathe } = emitting;
  reader.open(source);
  for (let offset = await moveSource(source.size, emitting); offset < source.size;) {
    const room = chunks.room(source.size - offset);
    reader.read(room, offset);
    chunks.advance(room.length);
    offset += room.length;
    await breathe();
  }
  reader.finish();
};

const addMetadata = ({ metadata }: ImageContents, offset: number, chunks: Chunks): void => {
  const run = metadata.runs.find((candidate) => candidate.offset === offset);
  for (const piece of run?.items() ?? []) chunks.add(piece);
};

/** Writes an image of one part from its first byte to its last. Throws when a source is not what was measured. */
export const emitImage = async (image: ImageContents, options: EmitOptions): Promise<void> => {
  const chunks = new Chunks(options.write);
  const reader = new SourceReader(options.roots);
  const sources = image.sources.items[Symbol.iterator]();
  const emitting = { chunks, reader, move: options.move, breathe: breather(chunks, options) };
  try {
    for (const extent of image.extents[0]?.items ?? []) {
      chunks.zeros(extent.address - chunks.total);
      if (extent.kind === 'metadata') {
        addMetadata(image, extent.offset, chunks);
        continue;
      }
      const placed = sources.next().value as PlacedSource;
      if (emitSmall(placed, emitting)) await emitting.breathe();
      else await emitSource(placed, emitting);
    }
    chunks.zeros(image.summary.bytes - chunks.total);
    chunks.flush();
    options.onBytes(chunks.total);
  } finally {
    reader.close();
  }
};
