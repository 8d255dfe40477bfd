import { SpindleError } from '../errors.js';
import { DigestAccumulator, Digests, compareDigests, loadDigests, reserveDigests } from '../image/digests.js';
import { type Root, unitBytes } from '../image/image.js';
import type { ImageFile } from '../image/image-file.js';
import { ImageReader } from '../image/image-reader.js';
import { openSpool } from '../image/spool.js';
import type { FifoProducer } from './fifo.js';
import { DIGEST_BYTES } from './reader-messages.js';

/** Large enough that a disk reads well and digests cost little, small beside the FIFO. */
const CHUNK = 1 << 20;

export interface Stream {
  readonly image: ImageFile;
  readonly roots: readonly Root[];
  readonly fifo: FifoProducer;
  /** Filled as mebibytes are complete. */
  readonly digests: Uint8Array;
  /** A sign of life before the first byte. */
  readonly onSources: () => void;
}

/** Publishes digests as they become known; a mebibyte that is not what was sent first ends the stream. */
const digestKeeper = ({
  image,
  digests,
}: Stream): { add(piece: Uint8Array): void; finish(): void; close(): void } => {
  const fixed = loadDigests(image);
  const room = fixed ? undefined : reserveDigests(image);
  const accumulator = new DigestAccumulator(image.summary.parts);
  let published = 0;

  const compare = (index: number, digest: Uint8Array): void => {
    if (!fixed || Buffer.compare(fixed.at(index), digest) === 0) return;
    const differing = Uint8Array.from(fixed.bytes); // a Buffer's slice would share its memory
    differing.set(digest, index * DIGEST_BYTES);
    compareDigests(image, fixed, new Digests(image.summary.parts, differing));
  };

  return {
    add: (piece) => {
      accumulator.update(piece);
      for (; published < accumulator.done; published += 1) {
        const digest = accumulator.at(published);
        if (!digest) break;
        compare(published, digest);
        digests.set(digest, published * DIGEST_BYTES);
      }
    },
    finish: () => {
      room?.store(accumulator.finish());
    },
    close: () => {
      room?.discard();
    },
  };
};

/**
 * Reads an image from its first byte to its last into a FIFO, once all sources are found to be what they were, and looks at
 * them again whenever the consumer asks: what has changed by then costs no disc. Blocks while the FIFO is full; all of it is
 * synchronous.
 */
export const streamImage = (stream: Stream): void => {
  const { image, roots, fifo } = stream;
  const spool = openSpool(image);
  const reader = new ImageReader(image, roots, spool);
  let keeper: ReturnType<typeof digestKeeper> | undefined;
  const look = (): void => {
    reader.compareSources(stream.onSources);
  };
  try {
    look();
    keeper = digestKeeper(stream);
    for (const [part, { unit, length }] of image.summary.parts.entries()) {
      const bytes = length * unitBytes(unit);
      for (let address = 0; address < bytes;) {
        const view = fifo.reserve(Math.min(CHUNK, bytes - address), look);
        if (!view) throw new SpindleError('canceled', 'The drive wants no more');
        reader.read(part, address, view);
        keeper.add(view);
        fifo.commit(view.length);
        address += view.length;
      }
    }
    reader.finish();
    keeper.finish();
    fifo.end();
  } finally {
    keeper?.close();
    reader.close();
    spool?.close();
  }
};
