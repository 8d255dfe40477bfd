import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { toFailure } from '../errors.js';
import type { Root } from '../image/image.js';
import type { ImageProgress } from '../image/image-progress.js';
import { promisesIn } from '../os/promised-space.js';
import { requireSpace } from '../os/space.js';
import { draftRequestOf, importIn, masterRequestOf, treeEditsOf } from '../jobs/master-request.js';
import type { ImageOrigin } from '../jobs/image-request.js';
import type { StoreEvent } from '../jobs/events.js';
import type { Image } from '../jobs/records.js';
import { isFinalJob } from '../jobs/states.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import type { MasteringArgument, MasteringResult } from '../worker/mastering-protocol.js';
import { makeDirectory } from '../os/own-directory.js';
import type { Mastering } from './fleet.js';
import { askPatiently, baseOf, type ReadBlocks } from './continued-medium.js';
import { allEdits } from './draft-edits.js';
import { allImages } from './all-images.js';
import { createTurns } from './turns.js';
import type { ImagesUnderway } from './images-underway.js';
import { imageDirectory, imagePath } from './image-paths.js';
import { type AskForBlocks, ProcessKilled } from './capped-process.js';
import { runMastering } from './mastering-run.js';
import { type MasteringTurn, MasteringTurns } from './mastering-turns.js';

export interface MasteringOptions {
  readonly store: Store;
  readonly stateDirectory: string;
  readonly roots: readonly Root[];
  readonly log: Logger;
  readonly underway: ImagesUnderway;
  /** Reads blocks of a medium through its drive's worker, for images that continue what is on it. */
  readonly readBlocks: ReadBlocks;
  /** How long a source may not answer; milliseconds. */
  readonly stallMs?: number;
}

/** What is killed as often as this would be killed again: for want of memory, most likely. */
const MOST_TRIES = 3;
/** What one image is made of and with. */
interface Making {
  readonly image: Image;
  /** Discs that it is for. */
  readonly copies: number;
  readonly turn: MasteringTurn;
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** Between two tries to make what could not be noted. */
const RETRY_MS = 5000;

/** Files that belong to no image any more: leftovers of a daemon that was killed. */
const removeStrangers = async (directory: string, known: ReadonlySet<string>): Promise<void> => {
  for (const file of await readdir(directory)) {
    if (!known.has(file.slice(0, 26))) await rm(path.join(directory, file), { force: true });
  }
};

/** What the mastering process is told: of a draft, all that its edits have made of it. */
const toldOf = async (
  store: Store,
  image: Image,
  request: Exclude<ImageOrigin, { type: 'read' }>,
): Promise<Pick<MasteringArgument, 'request' | 'base'>> => {
  const { id, createdAt } = image;
  if (request.type !== 'draft') {
    const base = baseOf(image);
    return { request: masterRequestOf(request, createdAt), ...(base && { base }) };
  }
  const edits = await allEdits(store, id);
  const base = importIn(edits)?.session;
  const draft = draftRequestOf(request, edits, createdAt);
  return { request: { ...draft, edits: treeEditsOf(edits) }, ...(base && { base }) };
};

/** Starts where the last daemon stopped: images that were being mastered are mastered again. */
export const createMastering = async (options: MasteringOptions): Promise<Mastering> => {
  const { store, stateDirectory, roots, log, stallMs, readBlocks, underway } = options;
  const directory = imageDirectory(stateDirectory);
  makeDirectory(directory, 0o700);

  const turns = new MasteringTurns();
  /** Of all images that continue what lies in a drive one is made at a time, however long the drive makes it wait. */
  const ofDrive = createTurns();
  const begun = new Set<Promise<void>>();
  const running = new Map<string, AbortController>();
  const stopping = new AbortController();
  const hasStopped = (): boolean => stopping.signal.aborted;

  const remove = async (id: string): Promise<void> => {
    for (const file of await readdir(directory)) {
      if (file.startsWith(id)) await rm(path.join(directory, file), { force: true });
    }
  };

  /** A process that was killed is replaced; one that has a reason not to go on is not. */
  const masterUntilDone = async (
    { image: { id, madeFor }, turn, signal }: Making,
    argument: MasteringArgument,
  ): Promise<MasteringResult> => {
    const ask = argument.base && madeFor && askPatiently(readBlocks, madeFor, signal);
    const askForBlocks: AskForBlocks | undefined = ask && ((question) => turn.lend(() => ask(question)));
    for (let tries = 1; ; tries += 1) {
      await turn.hold();
      await remove(id); // what one that was killed has left of it, or its daemon
      signal.throwIfAborted();
      const onProgress = (progress: ImageProgress): void => {
        underway.tell(id, progress);
      };
      const run = runMastering(argument, { stallMs, askForBlocks, onProgress });
      const stop = (): void => {
        run.stop();
      };
      signal.addEventListener('abort', stop);
      try {
        return await run.result;
      } catch (error) {
        if (!(error instanceof ProcessKilled) || tries === MOST_TRIES) throw error;
        log.warn({ output: argument.output, err: error }, 'mastering begins anew');
      } finally {
        signal.removeEventListener('abort', stop);
        underway.over(id);
      }
    }
  };

  const master = async (making: Making): Promise<void> => {
    const { image, copies } = making;
    if (image.request.type === 'read') return; // a drive makes it
    requireSpace(imagePath(stateDirectory, image.id), 0, 'an image');
    const argument = {
      ...(await toldOf(store, image, image.request)),
      output: imagePath(stateDirectory, image.id),
      promises: promisesIn(stateDirectory),
      roots: [...roots],
      spool: image.request.spool,
      copies,
    };
    const { summary, warnings, bytes, ...spool } = await masterUntilDone(making, argument);
    const told = { summary: { ...summary, ...spool }, warnings, bytes };
    if (!(await store.imageReady(image.id, told))) await remove(image.id);
  };

  const failed = async (id: string, error: unknown): Promise<void> => {
    const failure = toFailure(error);
    if (failure.code === 'program-exchanged') {
      log.error({ image: id, err: error }, 'the next daemon masters it');
      return;
    }
    log.warn({ image: id, err: error }, 'mastering failed');
    await remove(id);
    await store.imageFailed(id, failure);
  };

  const run = async (id: string, copies: number, turn: MasteringTurn): Promise<void> => {
    if (hasStopped()) return;
    const image = await store.getImage(id);
    if (hasStopped() || image?.state !== 'mastering') return;
    const ending = new AbortController();
    running.set(id, ending);
    try {
      await master({ image, copies, turn, signal: ending.signal });
    } catch (error) {
      if (ending.signal.aborted) return; // nobody wants it, or the next daemon masters it again
      await failed(id, error);
    } finally {
      running.delete(id);
      if (ending.signal.aborted && !hasStopped()) await remove(id);
    }
  };

  const runInTurn = async (id: string, copies: number): Promise<void> => {
    const turn = await turns.begin();
    try {
      await run(id, copies, turn);
    } finally {
      turn.end();
    }
  };

  const runInPlace = async (id: string, copies: number): Promise<void> => {
    const drive = (await store.getImage(id))?.madeFor?.drive;
    await (drive === undefined ? runInTurn(id, copies) : ofDrive(drive, () => runInTurn(id, copies)));
  };

  const begin = (id: string, copies = 1): void => {
    const run = runInPlace(id, copies)
      .catch((error: unknown) => {
        if (hasStopped()) return; // the next daemon masters it again
        log.error({ image: id, err: error }, 'mastering could not be recorded');
        // A full disk, most likely: the image is made again until the database can note what became of it.
        setTimeout(() => {
          begin(id, copies);
        }, RETRY_MS).unref();
      })
      .finally(() => begun.delete(run));
    begun.add(run);
  };

  /**
   * A spool is as large as the image; it goes with the last job that records it, and so does what a worker that was killed
   * has left of the digests.
   */
  const removeScraps = async (id: string, files: readonly string[]): Promise<void> => {
    const scraps = files.filter((file) => file.startsWith(id) && /\.(spool|part|unfinished)$/.test(file));
    if (scraps.length === 0 || !(await store.hasNoUseForSpool(id))) return;
    for (const file of scraps) await rm(path.join(directory, file), { force: true });
  };

  const forget = async (id: string): Promise<void> => {
    const ending = running.get(id);
    if (ending)
      ending.abort(); // its files go when its process has
    else await remove(id);
  };

  const tidyUp = async (event: StoreEvent): Promise<void> => {
    if (event.kind === 'image.deleted') await forget(event.data.id);
    if (event.kind !== 'job.advanced' || !isFinalJob(event.data.state)) return;
    const { image } = event.data;
    if (image !== undefined) await removeScraps(image, await readdir(directory));
  };

  store.onEvents((events) => {
    for (const event of events) {
      tidyUp(event).catch((error: unknown) => {
        log.warn({ err: error }, 'files of an image could not be removed');
      });
    }
  });
  const images = await allImages(store);
  await removeStrangers(directory, new Set(images.map(({ id }) => id)));
  const left = await readdir(directory);
  for (const { id } of images) await removeScraps(id, left);
  for (const { id, state, type } of images)
    if (state === 'mastering' && type !== 'read') begin(id, await store.copiesOfImage(id));

  return {
    begin,
    roots,
    pathOf: (image) => imagePath(stateDirectory, image),
    stop: async () => {
      stopping.abort();
      for (const ending of running.values()) ending.abort();
      await Promise.all(begun);
    },
  };
};
