/**
 * The thread of a worker that touches image and source files. It does one thing after the other and does it
 * synchronously: small files are read twice as fast that way.
 */
import { parentPort } from 'node:worker_threads';
import { toFailure } from '../errors.js';
import { placeInParts } from '../image/image.js';
import { type ImageFile, openImageFile } from '../image/image-file.js';
import { ImageReader } from '../image/image-reader.js';
import { openSpool } from '../image/spool.js';
import { fifoProducer } from './fifo.js';
import type { ReaderOrder, ReaderReport } from './reader-messages.js';
import { streamImage } from './stream-image.js';

type OrderTo<Do extends ReaderOrder['do']> = Extract<ReaderOrder, { do: Do }>;

const say = (report: ReaderReport): void => {
  parentPort?.postMessage(report);
};

const withImage = <T>(path: string, work: (image: ImageFile) => T): T => {
  const image = openImageFile(path);
  try {
    return work(image);
  } finally {
    image.close();
  }
};

const stream = ({ image: path, roots, memory, digests }: OrderTo<'stream'>): void => {
  const wake = (): void => {
    say({ said: 'wake' });
  };
  const fifo = fifoProducer(memory, wake);
  try {
    withImage(path, (image) => {
      streamImage({ image, roots, fifo, digests: new Uint8Array(digests), onSources: wake });
    });
    say({ said: 'streamed', failure: undefined });
  } catch (error) {
    say({ said: 'streamed', failure: toFailure(error) });
  }
};

const readBytes = ({ image: path, roots, address, length }: OrderTo<'read'>): Uint8Array =>
  withImage(path, (image) => {
    const spool = openSpool(image);
    const reader = new ImageReader(image, roots, spool);
    try {
      const place = placeInParts(image.summary.parts, address);
      if (!place) throw new RangeError(`the image has no byte ${address}`);
      const bytes = new Uint8Array(length);
      reader.read(place.part, place.address, bytes);
      reader.finish();
      return bytes;
    } finally {
      reader.close();
      spool?.close();
    }
  });

const read = (order: OrderTo<'read'>): void => {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readBytes(order);
  } catch {
    // Whoever asked does without: the sources are not what they were.
  }
  say({ said: 'answer', id: order.id, bytes });
};

parentPort?.on('message', (order: ReaderOrder) => {
  if (order.do === 'stream') stream(order);
  else if (order.do === 'read') read(order);
  else say({ said: 'answer', id: order.id, bytes: undefined });
});
say({ said: 'ready' });
