import { closeSync, existsSync, openSync, readSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { unitBytes } from './image.js';
import type { ImageFile } from './image-file.js';

/** All bytes of an image in one file, part after part: reading it opens no source. */
export interface Spool {
  read(part: number, address: number, target: Uint8Array): void;
  close(): void;
}

/** Where the spool of an image lies. */
export const spoolPath = (image: Pick<ImageFile, 'path'>): string => `${image.path}.spool`;

/** Opens the spool of an image; undefined where it has none. */
export const openSpool = (image: ImageFile): Spool | undefined => {
  const path = spoolPath(image);
  if (!existsSync(path)) return undefined;
  const fd = openSync(path, 'r');
  const { parts } = image.summary;
  const startOf = (part: number): number =>
    parts.slice(0, part).reduce((total, { unit, length }) => total + length * unitBytes(unit), 0);
  return {
    read: (part, address, target) => {
      const from = startOf(part) + address;
      for (let done = 0; done < target.length;) {
        const count = readSync(fd, target, done, target.length - done, from + done);
        if (count === 0) throw new SpindleError('image-invalid', `${path} is truncated.`);
        done += count;
      }
    },
    close: () => {
      closeSync(fd);
    },
  };
};
