import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { type Failure, fromFailure } from '../errors.js';
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
    wish('stop');
    // One that is stuck in a source must not keep the daemon from ending.
    thread.unref();
  }
}

/** A stream of bytes of an image. */
export const readContent = (request: ImageRequest): Promise<Readable> => download(readPieces(request));

/** A stream of bytes of a source. */
export const readSource = (request: SourceRequest): Promise<Readable> => download(readPieces(request));
