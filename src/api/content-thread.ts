/**
 * Reads an image or a source for one download, in a thread of its own: sources are read synchronously, and one that does not
 * answer must not hold up the daemon. Each message asks for one more piece.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../errors.js';
import { unitBytes } from '../image/image.js';
import { type ImageFile, openImageFile } from '../image/image-file.js';
import { ImageReader } from '../image/image-reader.js';
import { openSpool } from '../image/spool.js';
import { openRoots } from '../image/roots.js';
import { SourceReader } from '../image/source-reader.js';
import type {
  ContentAnswer,
  ContentRequest,
  ContentWish,
  ImageRequest,
  SourceRequest,
} from './image-content.js';

const PIECE_BYTES = 256 * 1024;

type Pieces = Generator<Uint8Array<ArrayBuffer>, undefined>;

/** The last piece comes after the check: whoever has as many bytes as were announced takes them for good. */
function* checked(pieces: Pieces, check: () => void): Pieces {
  let held: Uint8Array<ArrayBuffer> | undefined;
  for (const piece of pieces) {
    if (held) yield held;
    held = piece;
  }
  check();
  if (held) yield held;
  return undefined;
}

/** Pieces of the parts one after the other, from byte `first` to byte `last` of the whole image. */
function* piecesOf(image: ImageFile, reader: ImageReader, { first, last }: ImageRequest): Pieces {
  let partStart = 0;
  for (const [index, part] of image.summary.parts.entries()) {
    const size = part.length * unitBytes(part.unit);
    const end = Math.min(last + 1 - partStart, size);
    for (let at = Math.max(0, first - partStart); at < end; at += PIECE_BYTES) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, end - at));
      reader.read(index, at, piece);
      yield piece;
    }
    partStart += size;
  }
  return undefined;
}

/** Opens and closes what is read from, also when nobody wants the rest. */
function* readImage(request: ImageRequest): Pieces {
  const image = openImageFile(request.path);
  const spool = openSpool(image);
  const reader = new ImageReader(image, request.roots, spool);
  try {
    yield* checked(piecesOf(image, reader, request), () => {
      reader.finish(); // compares the last source once more
    });
  } finally {
    reader.close();
    spool?.close();
    image.close();
  }
  return undefined;
}

function* piecesOfSource(reader: SourceReader, { first, last }: SourceRequest): Pieces {
  for (let at = first; at <= last; at += PIECE_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, last + 1 - at));
    reader.read(piece, at);
    yield piece;
  }
  return undefined;
}

function* readSource(request: SourceRequest): Pieces {
  const open = openRoots(request.roots);
  const reader = new SourceReader(open);
  try {
    reader.open(request.source);
    yield* checked(piecesOfSource(reader, request), () => {
      reader.finish();
    });
  } finally {
    reader.close();
    open.close();
  }
  return undefined;
}

const read = (request: ContentRequest): Pieces =>
  'source' in request ? readSource(request) : readImage(request);

const serve = (port: NonNullable<typeof parentPort>): void => {
  const source = read(workerData as ContentRequest);
  const next = (): ContentAnswer => {
    try {
      return { piece: source.next().value };
    } catch (error) {
      return { failure: toFailure(error) };
    }
  };
  port.on('message', (wish: ContentWish) => {
    if (wish === 'stop') {
      source.return(undefined);
      port.close();
    } else {
      const answer = next();
      port.postMessage(answer, 'piece' in answer && answer.piece ? [answer.piece.buffer] : []);
    }
  });
};

if (parentPort) serve(parentPort);
