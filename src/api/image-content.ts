import path from 'node:path';
import type { Readable } from 'node:stream';
import { type Failure, fromFailure } from '../errors.js';
import type { Root, Source } from '../image/image.js';
import { download } from './download.js';
import { messageOf, startReading } from './reading-thread.js';

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

/** Downloads have threads of their own beside the questions to a root; of those of an image nobody knows which root they are stuck in. */
const whatIsRead = (request: ContentRequest): string =>
  'source' in request
    ? `What lies beneath the root ${request.source.root}`
    : `The image ${path.basename(request.path, path.extname(request.path))}`;

async function* readPieces(request: ContentRequest): AsyncGenerator<Uint8Array, undefined> {
  const what = whatIsRead(request);
  const thread = startReading({ program: 'api/content-thread', data: request, what });
  const wish = (next: ContentWish): void => {
    thread.postMessage(next);
  };
  try {
    for (;;) {
      wish('next');
      const message = await messageOf<ContentAnswer>(thread, what, PIECE_LIMIT_MS);
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

/** A stream of bytes of an image, for a client that may be gone before it begins. */
export const readContent = (request: ImageRequest, gone: AbortSignal): Promise<Readable> =>
  download(readPieces(request), gone);

/** A stream of bytes of a source, likewise. */
export const readSource = (request: SourceRequest, gone: AbortSignal): Promise<Readable> =>
  download(readPieces(request), gone);
