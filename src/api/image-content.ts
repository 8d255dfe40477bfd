import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { type Failure, fromFailure, SpindleError } from '../errors.js';
import type { Root, Source } from '../image/image.js';
import { programPath } from '../program.js';
import { download } from './download.js';

interface Asked {
  readonly roots: readonly Root[];
  /** Both ends included. */
  readonly first: number;
  readonly last: number;
}

/** Bytes of an image; `path` is that of the image file. */
export type ImageRequest = Asked & { readonly path: string };

/** Bytes of a source, as long as it is what was measured. */
export type SourceRequest = Asked & { readonly source: Source };

export type ContentRequest = ImageRequest | SourceRequest;

export type ContentWish = 'next' | 'stop';

/** A piece, nothing more at the end, or why there is no more. */
export type ContentAnswer =
  { readonly piece: Uint8Array<ArrayBuffer> | undefined } | { readonly failure: Failure };

/** The longest that a piece may take. */
const PIECE_LIMIT_MS = 120_000;

/** Threads for one image or root: each may be stuck in a disk that does not answer, and others must stay readable. */
const MOST_THREADS = 8;
const threadsOf = new Map<string, number>();

const count = (what: string, change: 1 | -1): void => {
  threadsOf.set(what, (threadsOf.get(what) ?? 0) + change);
};

/** A thread counts until it is gone, whoever has given up waiting for it. */
const startThread = (request: ContentRequest): Worker => {
  const what = 'source' in request ? `The root ${request.source.root}` : 'The image';
  const key = 'source' in request ? what : request.path;
  if ((threadsOf.get(key) ?? 0) >= MOST_THREADS)
    throw new SpindleError('rate-limited', `${what} is read ${MOST_THREADS} times already`);
  // The thread closes what it opens, in part by calls that Node does not know of.
  const options = { workerData: request, trackUnmanagedFds: false };
  const thread = new Worker(programPath('api/content-thread'), options);
  count(key, 1);
  thread.once('exit', () => {
    count(key, -1);
  });
  thread.on('error', () => undefined); // of one that nobody waits for any more
  return thread;
};

const pieceOf = async (thread: Worker): Promise<ContentAnswer> => {
  const limit = AbortSignal.timeout(PIECE_LIMIT_MS);
  try {
    const answer = once(thread, 'message', { signal: limit });
    thread.postMessage('next' satisfies ContentWish);
    const [message] = (await answer) as [ContentAnswer];
    return message;
  } catch (cause) {
    if (!limit.aborted) throw cause;
    const detail = `A source has not answered for ${PIECE_LIMIT_MS} ms.`;
    throw new SpindleError('source-stalled', detail, { cause });
  }
};

async function* readPieces(request: ContentRequest): AsyncGenerator<Uint8Array, undefined> {
  const thread = startThread(request);
  try {
    for (;;) {
      const message = await pieceOf(thread);
      if ('failure' in message) throw fromFailure(message.failure);
      if (!message.piece) return;
      yield message.piece;
    }
  } finally {
    thread.postMessage('stop' satisfies ContentWish);
    // One that is stuck in a source must not keep the daemon from ending.
    thread.unref();
  }
}

/** A stream of bytes of an image, for a client that may be gone before it begins. */
export const readContent = (request: ImageRequest, gone: AbortSignal): Promise<Readable> =>
  download(readPieces(request), gone);

/** A stream of bytes of a source, likewise. */
export const readSource = (request: SourceRequest, gone: AbortSignal): Promise<Readable> =>
  download(readPieces(request), gone);
