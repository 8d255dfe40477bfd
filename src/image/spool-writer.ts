import { writeSync } from 'node:fs';

import { writeFileAtomically } from '../os/atomic-file.js';
import { DigestAccumulator, type Digests } from './digests.js';
import { type Part, type Root, unitBytes } from './image.js';
import type { ImageFile } from './image-file.js';
import { ImageReader } from './image-reader.js';
import { spoolPath } from './spool.js';

const CHUNK = 1024 * 1024;

const bytesOf = (part: Part): number => part.length * unitBytes(part.unit);

export interface SpoolOptions {
  readonly roots: readonly Root[];
  /** Bytes so far, and the path on the disc of the file that is in the midst of it. */
  readonly onBytes: (bytes: number, path: () => string | undefined) => void;
}

/** Writes every unit of an image once to its spool, beside the image file; returns the digests of what it wrote. */
export const writeSpool = (image: ImageFile, { roots, onBytes }: SpoolOptions): Digests => {
  const { parts } = image.summary;
  const digests = new DigestAccumulator(parts);
  const reader = new ImageReader(image, roots);
  const buffer = new Uint8Array(CHUNK);
  const path = (): string | undefined => reader.path;
  try {
    writeFileAtomically(spoolPath(image), (fd) => {
      let total = 0;
      for (const [part, description] of parts.entries())
        for (let address = 0; address < bytesOf(description); address += CHUNK) {
          const piece = buffer.subarray(0, Math.min(CHUNK, bytesOf(description) - address));
          reader.read(part, address, piece);
          for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at);
          digests.update(piece);
          onBytes((total += piece.length), path);
        }
      reader.finish();
    });
  } finally {
    reader.close();
  }
  return digests.finish();
};
