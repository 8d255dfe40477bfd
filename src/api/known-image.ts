import { SpindleError } from '../errors.js';
import type { Image } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';

interface Known {
  readonly store: Store;
}

/** @throws SpindleError `image-unknown` */
export const knownImage = async ({ store }: Known, id: string): Promise<Image> => {
  const found = await store.getImage(id);
  if (!found) throw new SpindleError('image-unknown', `There is no image ${id}`);
  return found;
};

/** `image-unknown`, or `image-not-ready` while it is being made or could not be. */
export const readyImage = async (service: Known, id: string): Promise<Image> => {
  const found = await knownImage(service, id);
  if (found.state !== 'ready') throw new SpindleError('image-not-ready', `The image ${id} is ${found.state}`);
  return found;
};

/**
 * Reads something of an image. Where it is deleted meanwhile its files are missing at any point, in ways that mean something else of an image
 * that is there: then it is `image-unknown`.
 */
export const ofKnownImage = async <T>(service: Known, id: string, read: () => T | Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    await knownImage(service, id);
    throw error;
  }
};
