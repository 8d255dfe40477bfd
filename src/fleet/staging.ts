import { createHash } from 'node:crypto';
import { constants, type PathLike } from 'node:fs';
import { lstat, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { SpindleError } from '../errors.js';
import { copiedContent } from '../image/draft/copied-source.js';
import { STAGED_ROOT } from '../image/draft/draft-edit.js';
import type { Root } from '../image/image.js';
import { replaceTextAsync, syncNameAsync } from '../os/atomic-file.js';
import { keepDirectory, makeDirectory } from '../os/own-directory.js';
import { PromisedPieces } from '../os/promised-pieces.js';
import { promisesIn } from '../os/promised-space.js';
import { withSpaceAsync } from '../os/space.js';

/** Bodies that clients have sent, `<image>/<body>`. A file that no revision names is nobody's. */
const stagingDirectory = (stateDirectory: string): string => path.join(stateDirectory, 'staging');

/** It is read from as roots are; no client can name it. */
export const stagedRoot = (stateDirectory: string): Root => ({
  name: STAGED_ROOT,
  path: stagingDirectory(stateDirectory),
});

export interface BodyLimits {
  /** Bytes that it may have. */
  readonly most: number;
  /** How long nothing of it may come. */
  readonly stallMs: number;
}

/** A body as its client announces it. */
export interface SentBody {
  readonly stream: Readable;
  /** Content-Length; undefined where it comes in chunks. */
  readonly bytes: number | undefined;
  /** SHA-256 that it must have, hex. */
  readonly sha256?: string | undefined;
}

export interface StagedBody {
  readonly bytes: number;
  readonly sha256: string;
}

const tooLarge = (most: number): SpindleError =>
  new SpindleError('body-too-large', `A file may have ${most} bytes.`);

/** The pieces of a body; one that ends before its end or stalls is told apart. */
async function* piecesOf(stream: Readable, stallMs: number): AsyncGenerator<Buffer> {
  const stalled = new SpindleError('upload-stalled', `Nothing came for ${stallMs} ms.`);
  const watch = setTimeout(() => stream.destroy(stalled), stallMs);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      watch.refresh();
      yield piece;
    }
  } catch (cause) {
    if (cause === stalled) throw stalled;
    throw new SpindleError('upload-incomplete', 'The connection ended in the middle of the body.', { cause });
  } finally {
    clearTimeout(watch);
  }
}

const write = async (file: string, room: PromisedPieces, { stream }: SentBody, limits: BodyLimits) => {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of piecesOf(stream, limits.stallMs)) {
      bytes += piece.length;
      if (bytes > limits.most) throw tooLarge(limits.most);
      await room.require(piece.length);
      hash.update(piece);
      await handle.writeFile(piece);
      room.used(piece.length);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
};

/** What a draft needs no more once it is locked in. */
const freeing = z.strictObject({ lockedIn: z.int().min(0), bodies: z.array(z.string()) });
export type Freeing = z.infer<typeof freeing>;

/** Beside the bodies of a draft, of which none has this name. */
const FREEING = 'freeing.json';
const SLASH = Buffer.from('/');

const emptyFile = async (file: PathLike): Promise<void> => {
  const handle = await open(file, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    await handle.truncate(0);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Of a body that was sent the file; of what was copied all files. What is gone is as good as empty. */
const emptyBody = async (body: Buffer): Promise<void> => {
  const found = await lstat(body).catch(() => undefined);
  if (found?.isFile() === true && found.size > 0) await emptyFile(body);
  if (found?.isDirectory() !== true) return;
  for (const name of await readdir(body, { encoding: 'buffer' }))
    await emptyBody(Buffer.concat([body, SLASH, name]));
};

/** A copy keeps beside its contents what was said of them. */
const contentsOf = async (body: string): Promise<Buffer> =>
  Buffer.from(
    (await lstat(body).catch(() => undefined))?.isDirectory() === true ? copiedContent(body) : body,
  );

export interface Staging {
  /**
   * Brings a body to disk under a name that nobody has yet. Of one that is refused nothing stays.
   * @throws SpindleError `body-too-large`, `space-exhausted`, `space-unknown`, `upload-incomplete`, `upload-stalled`, `upload-digest-mismatch`
   */
  receive(body: string, sent: SentBody, limits: BodyLimits): Promise<StagedBody>;
  /** Absolute path of a body. */
  pathOf(body: string): string;
  /** Makes the directory in which the bodies of a draft are to be. */
  prepare(image: string): Promise<void>;
  remove(bodies: Iterable<string>): Promise<void>;
  /** Says which bodies nothing needs any more once a draft is locked in at a revision; that is known from then on, whoever dies, instead of what was intended before. */
  intendToFree(image: string, freeing: Freeing): Promise<void>;
  /**
   * Frees what was intended, where the draft is locked in as far; else forgets it. Files keep their names, since edits that are done again
   * still name them, and have no bytes any more.
   */
  free(image: string, lockedIn: number): Promise<void>;
  /** All that was staged for a draft. */
  removeAll(image: string): Promise<void>;
  /** Removes what no draft names: leftovers of a daemon that was killed. */
  clear(named: ReadonlyMap<string, ReadonlySet<string>>): Promise<void>;
}

export const openStaging = (stateDirectory: string): Staging => {
  const directory = stagingDirectory(stateDirectory);
  makeDirectory(directory, 0o700);
  const pathOf = (body: string): string => path.join(directory, body);

  const receiveIn = async (file: string, sent: SentBody, limits: BodyLimits): Promise<StagedBody> => {
    if (sent.bytes !== undefined && sent.bytes > limits.most) throw tooLarge(limits.most);
    const room = new PromisedPieces(promisesIn(stateDirectory), { path: file, what: 'the body' });
    try {
      await room.announce(sent.bytes ?? 0);
      return await write(file, room, sent, limits);
    } finally {
      room.release();
    }
  };

  /** Directories of drafts that last, or are about to: two bodies may be the first of one draft. */
  const prepared = new Map<string, Promise<void>>();
  const prepare = (image: string): Promise<void> => {
    const known = prepared.get(image);
    if (known) return known;
    const made = keepDirectory(pathOf(image), 0o700).catch((error: unknown) => {
      prepared.delete(image);
      throw error;
    });
    prepared.set(image, made);
    return made;
  };

  return {
    pathOf,
    receive: async (body, sent, limits) => {
      const file = pathOf(body);
      await prepare(path.dirname(body));
      try {
        const staged = await withSpaceAsync(file, () => receiveIn(file, sent, limits));
        if (sent.sha256 !== undefined && sent.sha256 !== staged.sha256)
          throw new SpindleError('upload-digest-mismatch', `The SHA-256 of what came is ${staged.sha256}.`);
        await syncNameAsync(file);
        return staged;
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    prepare,
    remove: async (bodies) => {
      for (const body of bodies) await rm(pathOf(body), { recursive: true, force: true });
    },
    intendToFree: async (image, intended) => {
      const file = pathOf(`${image}/${FREEING}`);
      if (intended.bodies.length === 0) await rm(file, { force: true });
      else await replaceTextAsync(file, JSON.stringify(intended));
    },
    free: async (image, lockedIn) => {
      const file = pathOf(`${image}/${FREEING}`);
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text === undefined) return;
      const intended = freeing.parse(JSON.parse(text));
      if (intended.lockedIn <= lockedIn)
        for (const body of intended.bodies) await emptyBody(await contentsOf(pathOf(body)));
      await rm(file, { force: true });
    },
    removeAll: (image) => {
      prepared.delete(image);
      return rm(pathOf(image), { recursive: true, force: true });
    },
    clear: async (named) => {
      for (const image of await readdir(directory)) {
        const bodies = named.get(image);
        if (!bodies) await rm(pathOf(image), { recursive: true, force: true });
        else
          for (const body of await readdir(pathOf(image)))
            if (!bodies.has(`${image}/${body}`) && body !== FREEING)
              await rm(pathOf(`${image}/${body}`), { recursive: true, force: true });
      }
    },
  };
};
