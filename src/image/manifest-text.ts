import { SpindleError } from '../errors.js';
import type { ImageFile } from './image-file.js';

/** Bytes that are read at once. */
const PIECE = 64 * 1024;

/** The text of the manifest of an image, as it is on the disc, in pieces; nothing where there is none. */
export function* manifestText(image: ImageFile): Generator<Uint8Array> {
  const { manifestAddress: address, manifestBytes: bytes } = image;
  if (bytes === 0) return;
  const extent = image.extent(0, image.extentAt(0, address));
  if (extent.kind !== 'metadata')
    throw new SpindleError('image-invalid', `${image.path}: the manifest lies in a source.`);
  const from = extent.offset + address - extent.address;
  for (let at = 0; at < bytes; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, bytes - at));
    image.readMetadata(piece, from + at);
    yield piece;
  }
}
