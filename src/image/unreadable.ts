import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../os/system-error.js';

/** Beside an image that was read from a medium: which of its blocks could not be read, as JSON. */
export const unreadablePath = (path: string): string => `${path}.unreadable`;

/** The ranges of blocks that the image at `path` has zeros for; none where all were read. */
export const readUnreadable = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(unreadablePath(path), 'utf8')) as unknown;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
};
