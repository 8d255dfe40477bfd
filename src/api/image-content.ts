import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { type Failure, fromFailure, SpindleError } from '../errors.js';
import type { Root } from '../image/image.js';
import { programPath } from '../program.js';

/** Bytes of an image, both ends included. */
export interface ContentRequest {
  /** Of the image file. */
  readonly path: string;
  readonly roots: readonly Root[];
  readonly first: number;
  readonly last: number;
}

export type ContentWish = 'next' | 'stop';

/** A piece, nothing more at the end, or why there is no more. */
export type ContentAnswer =
  { readonly piece: Uint8Array<ArrayBuffer> | undefined } | { readonly failure: Failure };

/** Threads that read at once; each may be stuck in a source that does not answer. */
const MAX_READERS = 8;
let readers = 0;

async function* readPieces(request: ContentRequest): AsyncGenerator<Uint8Array> {
  // The thread closes what it opens, in part by calls that Node does not know of.
  const options = { workerData: request, trackUnmanagedFds: false };
  const thread = new Worker(programPath('api/content-thread'), options);
  const wish = (what: ContentWish): void => {
    thread.postMessage(what);
  };
  try {
    for (;;) {
      const answer = once(thread, 'message');
      wish('next');
      const [message] = (await answer) as [ContentAnswer];
      if ('failure' in message) throw fromFailure(message.failure);
      if (!message.piece) return;
      yield message.piece;
    }
  } finally {
    readers -= 1;
    wish('stop');
    // One that is stuck in a source must not keep the daemon from ending.
    thread.unref();
  }
}

/** Puts a piece back in front of the rest. */
async function* resume(first: IteratorResult<Uint8Array, unknown>, rest: AsyncGenerator<Uint8Array>) {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/**
 * A stream of bytes of an image. The first piece is there when it resolves, so that a source that has changed is a
 * problem document; later ones can only cut the answer short, and the client sees that bytes are missing.
 */
export const readContent = async (request: ContentRequest): Promise<Readable> => {
  if (readers >= MAX_READERS) {
    throw new SpindleError('rate-limited', `${MAX_READERS} downloads are under way already`);
  }
  readers += 1;
  const pieces = readPieces(request);
  return Readable.from(resume(await pieces.next(), pieces), { objectMode: false });
};
