import type { BlockSource } from '../burn/block-source.js';
import { SpindleError, fromFailure } from '../errors.js';
import { type ImageSummary, type Root, unitBytes } from '../image/image.js';
import { createFifo, fifoConsumer } from './fifo.js';
import type { Reader } from './reader.js';
import { DIGEST_BYTES, digestCount } from './reader-messages.js';
import { within } from './within.js';

export interface ImageStream extends BlockSource {
  /** Resolves when the first bytes are there: all sources were found to be what they were. Fails as `read` does. */
  ready(signal: AbortSignal): Promise<void>;
  /** SHA-256 of a mebibyte of the image as it was sent. */
  digest(mebibyte: number): Uint8Array;
  /** Blocks of the image once more, to tell which of them are bad. */
  readonly original: (block: number, blocks: number) => Promise<Uint8Array>;
  /** Ends the reading; false when the thread does not come back from a source. */
  close(): Promise<boolean>;
}

export interface StreamOptions {
  readonly reader: Reader;
  readonly image: string;
  readonly summary: ImageSummary;
  readonly roots: readonly Root[];
  readonly fifoBytes: number;
  readonly stallMs: number;
}

/** The largest recording unit, 32 blocks: views of so many units never meet the end of the ring. */
const RUN = 32;

/** How long a thread may take to come back from the read that it is in. */
const RETURN_LIMIT_MS = 3000;

const unitOf = ({ parts }: ImageSummary): number => {
  const [first] = parts;
  if (!first) throw new SpindleError('image-invalid', 'The image has no parts');
  return unitBytes(first.unit);
};

/** Blocks of an image once more, wherever its stream is. */
export const readAgain = async (
  { reader, image, summary, roots, stallMs }: StreamOptions,
  block: number,
  blocks: number,
): Promise<Uint8Array> => {
  const unit = unitOf(summary);
  const reading = reader.read({ image, roots, address: block * unit, length: blocks * unit });
  const bytes = (await within(stallMs, reading)) ? await reading : undefined;
  if (!bytes) throw new SpindleError('source-unreadable', 'The image cannot be read a second time');
  return bytes;
};

/** Begins to read an image ahead of the drive. */
export const openImageStream = (options: StreamOptions): ImageStream => {
  const { reader, image, summary, roots, stallMs } = options;
  const unit = unitOf(summary);
  const memory = createFifo(Math.floor(options.fifoBytes / (unit * RUN)) * unit * RUN);
  const digests = new SharedArrayBuffer(digestCount(summary.parts) * DIGEST_BYTES);
  const fifo = fifoConsumer(memory);
  let left = summary.bytes;
  let lent = 0;
  let over = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  const finish = (error: Error | undefined): void => {
    over = true;
    failure = error;
    wake?.();
  };
  const finished = reader
    .stream({ image, roots, memory, digests }, () => wake?.())
    .then((failed) => {
      finish(failed && fromFailure(failed));
    }, finish);

  /** Resolves at the next sign of the reader; rejects when there is none for too long, or on abort. */
  const sign = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        wake = undefined;
        if (error) reject(error);
        else resolve();
      };
      const abort = (): void => {
        settle(new SpindleError('canceled', 'The work was canceled'));
      };
      const stalled = (): void => {
        settle(new SpindleError('source-stalled', `No bytes came for ${Math.round(stallMs / 1000)} s`));
      };
      const timer = setTimeout(stalled, stallMs);
      signal.addEventListener('abort', abort, { once: true });
      wake = settle;
      if (signal.aborted) abort();
    });

  /** The last bytes count only once the reader has compared their source and the digests of all. */
  const mustWait = (wanted: number): boolean =>
    !over && wanted > 0 && (fifo.awaitBytes(wanted) || wanted === left);

  const giveBack = (): void => {
    fifo.release(lent);
    lent = 0;
  };

  return {
    ready: async (signal) => {
      while (mustWait(Math.min(unit, left))) await sign(signal);
      if (failure) throw failure;
    },
    read: async (units, signal) => {
      giveBack();
      const wanted = Math.min(units * unit, left);
      while (mustWait(wanted)) await sign(signal);
      if (failure) throw failure;
      if (wanted === 0) return undefined;
      const view = fifo.peek(wanted);
      if (view.length === 0) throw new Error('The reader ended before the image did');
      lent = view.length;
      left -= lent;
      return view;
    },
    // Once the reader is over, all bytes are here and were compared behind the last of them.
    compareSources: async (signal) => {
      fifo.askLook();
      while (!over && !fifo.hasLooked()) await sign(signal);
      if (failure) throw failure;
    },
    available: () => Math.floor(fifo.available() / unit),
    fill: () => fifo.available() / fifo.capacity,
    original: (block, blocks) => readAgain(options, block, blocks),
    digest: (mebibyte) => new Uint8Array(digests, mebibyte * DIGEST_BYTES, DIGEST_BYTES),
    close: () => {
      fifo.close();
      return within(
        RETURN_LIMIT_MS,
        finished.then(() => reader.idle()),
      );
    },
  };
};
