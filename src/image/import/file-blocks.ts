import { fstatSync, readSync } from 'node:fs';

import { SpindleError } from '../../errors.js';
import { BLOCK } from '../../iso9660/block.js';
import type { BlockReader } from './block-reader.js';

/** The whole blocks of an open image file. */
export const fileBlocks = (fd: number): BlockReader => ({
  blocks: Math.floor(fstatSync(fd).size / BLOCK),
  read: (first, count) => {
    const bytes = new Uint8Array(count * BLOCK);
    for (let done = 0; done < bytes.length;) {
      const read = readSync(fd, bytes, done, bytes.length - done, first * BLOCK + done);
      if (read === 0)
        return Promise.reject(
          new SpindleError('image-invalid', `The image ends before block ${first + count}.`),
        );
      done += read;
    }
    return Promise.resolve(bytes);
  },
});
