import { Readable } from 'node:stream';
import { SpindleError } from '../errors.js';

/** Downloads at once that read sources or discs, each of which may be stuck in one that does not answer. */
const MOST_DOWNLOADS = 8;
let downloads = 0;

async function* counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } finally {
    downloads -= 1;
  }
}

/** Puts a piece back in front of the rest. Whoever wants none of it ends what reads, too: a generator that was not begun would not. */
const resumed = (
  first: IteratorResult<Uint8Array, unknown>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncIterableIterator<Uint8Array> => {
  let before: typeof first | undefined = first;
  return {
    next: () => {
      const piece = before;
      before = undefined;
      return piece ? Promise.resolve(piece) : rest.next();
    },
    return: () => rest.return(undefined),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

/**
 * A stream of pieces. The first one is there when it resolves, so that what hinders it is a problem document; later ones can only cut the
 * answer short, and the client sees that bytes are missing.
 */
export const download = async (pieces: AsyncIterable<Uint8Array>): Promise<Readable> => {
  if (downloads >= MOST_DOWNLOADS) {
    throw new SpindleError('rate-limited', `${MOST_DOWNLOADS} downloads are under way already`);
  }
  downloads += 1;
  const rest = counted(pieces);
  return Readable.from(resumed(await rest.next(), rest), { objectMode: false });
};
