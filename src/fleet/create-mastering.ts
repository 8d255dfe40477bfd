import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { SpindleError, toFailure } from '../errors.js';
import { type Root } from '../image/image.js';
import { masterRequestOf } from '../jobs/master-request.js';
import { type Image } from '../jobs/records.js';
import { type Store } from '../jobs/store/store.js';
import { type Logger } from '../log.js';
import { type Mastering } from './fleet.js';
import { imageDirectory, imagePath } from './image-paths.js';
import { runMastering, type MasteringRun } from './mastering-run.js';

export interface MasteringOptions {
  readonly store: Store;
  readonly stateDirectory: string;
  readonly roots: readonly Root[];
  readonly log: Logger;
}

/** Below this the state directory is as good as full: database, journals and image files need room to grow. */
const RESERVED_BYTES = 64 * 1024 * 1024;

const refuseWithoutSpace = async (directory: string): Promise<void> => {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < RESERVED_BYTES) {
    throw new SpindleError(
      'space-exhausted',
      `${directory} has ${bavail * bsize} bytes left; ${RESERVED_BYTES} are kept free.`,
    );
  }
};

/** Files that belong to no image any more: leftovers of a daemon that was killed. */
const removeStrangers = async (directory: string, known: ReadonlySet<string>): Promise<void> => {
  for (const file of await readdir(directory)) {
    if (!known.has(file.slice(0, 26))) await rm(path.join(directory, file), { force: true });
  }
};

const allImages = async (store: Store): Promise<{ id: string; state: string }[]> => {
  const images: { id: string; state: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listImages({ limit: 200, ...(cursor !== undefined && { cursor }) });
    images.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return images;
};

/** Starts where the last daemon stopped: images that were being mastered are mastered again. */
export const createMastering = async (options: MasteringOptions): Promise<Mastering> => {
  const { store, stateDirectory, roots, log } = options;
  const directory = imageDirectory(stateDirectory);
  await mkdir(directory, { recursive: true, mode: 0o700 });

  let queue: Promise<void> = Promise.resolve();
  let running: MasteringRun | undefined;
  const stopping = new AbortController();
  const hasStopped = (): boolean => stopping.signal.aborted;

  const master = async (image: Image): Promise<void> => {
    await refuseWithoutSpace(directory);
    running = runMastering({
      request: masterRequestOf(image.request, image.createdAt),
      output: imagePath(stateDirectory, image.id),
      roots: [...roots],
      spool: image.request.spool,
    });
    const { summary, warnings, bytes } = await running.result;
    if (!(await store.imageReady(image.id, { summary, warnings, bytes }))) await remove(image.id);
  };

  const remove = async (id: string): Promise<void> => {
    for (const file of await readdir(directory)) {
      if (file.startsWith(id)) await rm(path.join(directory, file), { force: true });
    }
  };

  const run = async (id: string): Promise<void> => {
    const image = await store.getImage(id);
    if (stopping.signal.aborted || image?.state !== 'mastering') return;
    try {
      await master(image);
    } catch (error) {
      if (hasStopped()) return; // the next daemon masters it again
      log.warn({ image: id, err: error }, 'mastering failed');
      await remove(id);
      await store.imageFailed(id, toFailure(error));
    } finally {
      running = undefined;
    }
  };

  const begin = (id: string): void => {
    queue = queue
      .then(() => run(id))
      .catch((error: unknown) => {
        log.error({ image: id, err: error }, 'mastering could not be recorded');
      });
  };

  store.onEvents((events) => {
    for (const event of events) if (event.kind === 'image.deleted') void remove(event.data.id);
  });
  const images = await allImages(store);
  await removeStrangers(directory, new Set(images.map(({ id }) => id)));
  for (const { id, state } of images) if (state === 'mastering') begin(id);

  return {
    begin,
    pathOf: (image) => imagePath(stateDirectory, image),
    stop: async () => {
      stopping.abort();
      running?.stop();
      await queue;
    },
  };
};
