import type { Failure } from '../errors.js';
import { DIGEST_SPAN } from '../image/digests.js';
import { type Part, type Root, unitBytes } from '../image/image.js';
import type { FifoMemory } from './fifo.js';

/** What the reader thread is asked to do. */
export type ReaderOrder =
  | {
      readonly do: 'stream';
      readonly image: string;
      readonly roots: readonly Root[];
      readonly memory: FifoMemory;
      /** SHA-256 of each mebibyte as sent; each is there before the last byte of its mebibyte can be read. */
      readonly digests: SharedArrayBuffer;
    }
  | {
      readonly do: 'read';
      readonly id: number;
      readonly image: string;
      readonly roots: readonly Root[];
      /** In bytes of the image; all of them lie in one part. */
      readonly address: number;
      readonly length: number;
    }
  /** Answered when everything before it is over. */
  | { readonly do: 'ping'; readonly id: number };

/** What the reader thread says. */
export type ReaderReport =
  | { readonly said: 'ready' }
  /** The FIFO has what its consumer waits for, or the reader gets on with what comes before the first byte. */
  | { readonly said: 'wake' }
  /** The stream is over and all its files are closed. */
  | { readonly said: 'streamed'; readonly failure: Failure | undefined }
  /** `bytes` is absent where they cannot be read any more. */
  | { readonly said: 'answer'; readonly id: number; readonly bytes: Uint8Array | undefined };

export const DIGEST_BYTES = 32;

/** Digests are counted over all parts; the last one of a part covers what is left. */
export const digestCount = (parts: readonly Part[]): number =>
  parts.reduce((total, { unit, length }) => total + Math.ceil((length * unitBytes(unit)) / DIGEST_SPAN), 0);
