import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BlockSink } from '../burn/block-sink.js';
import type { Result } from '../burn/execute.js';
import type { PlanOf } from '../burn/plan.js';
import { DigestAccumulator, digestsPath, storeDigests } from '../image/digests.js';
import { DATA_UNIT, type ImageSummary, type Source } from '../image/image.js';
import type { ImageContents } from '../image/image-contents.js';
import { openImageFile } from '../image/image-file.js';
import { writeImageFile } from '../image/image-file-writer.js';
import { spoolPath } from '../image/spool.js';
import { unreadablePath } from '../image/unreadable.js';
import { removeDrafts, replaceText, syncName } from '../os/atomic-file.js';
import { type PromisedSpace, promiseSpace } from '../os/promised-space.js';
import { withSpaceAsync } from '../os/space.js';

const BLOCK = 2048;
/** Ranges that a proof names; all of them lie beside the image. */
const NAMED = 100;

/**
 * An image that is read from a medium has its spool for a source: the root's name is none that a client could give, so
 * that nothing can be read of it where the spool is gone.
 */
const NO_ROOT = '';

export interface ImageSink extends BlockSink {
  /** Makes the image of what was read, and says what it is. */
  finish(result: Result): Promise<Record<string, unknown>>;
  /** Removes what was read of an image that was not finished. */
  close(): Promise<void>;
}

const summaryOf = (plan: PlanOf<'read'>, { medium }: Result, blocks: number): ImageSummary => ({
  parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: plan.span.start, length: blocks }],
  bytes: blocks * BLOCK,
  volumeIdentifier: medium.volumeIdentifier ?? '',
  files: 0,
  directories: 0,
  smallFiles: 0,
  requestDigest: plan.hash,
});

const sourceOf = async (spool: string): Promise<Source> => {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(spool, { bigint: true });
  return {
    root: NO_ROOT,
    path: basename(spool),
    device: dev,
    inode: ino,
    size: Number(size),
    mtimeNs,
    ctimeNs,
  };
};

const contentsOf = (summary: ImageSummary, source: Source): ImageContents => ({
  summary,
  extents: [
    {
      count: 1,
      items: [{ kind: 'source', address: 0, length: summary.bytes, source: 0, offset: 0 }],
    },
  ],
  sources: { count: 1, items: [{ source, place: '/disc.iso' }] },
  nameChanges: { count: 0, items: [] },
  metadata: { bytes: 0, runs: [] },
});

/**
 * Takes blocks that are read from a medium into the spool of an image, which is there in full or not at all. `promises`: where
 * the room for it is promised.
 */
export const createImageSink = (path: string, plan: PlanOf<'read'>, promises: string): ImageSink => {
  const spool = spoolPath({ path });
  const unfinished = `${spool}.unfinished`;
  let file: FileHandle | undefined;
  let digests: DigestAccumulator | undefined;
  let blocks = 0;
  let room: PromisedSpace | undefined;

  const closeFile = async (): Promise<void> => {
    const closing = file;
    file = undefined;
    await closing?.close();
  };

  const publish = async (): Promise<void> => {
    await withSpaceAsync(spool, async () => file?.sync());
    await closeFile();
    await rename(unfinished, spool);
    syncName(spool);
  };

  return {
    begin: async (count) => {
      // What an attempt has left whose worker died.
      for (const left of [path, spool, digestsPath({ path }), unreadablePath(path)]) {
        await rm(left, { force: true });
        removeDrafts(left);
      }
      room = promiseSpace(promises, { path, bytes: count * BLOCK, what: 'the image' });
      blocks = count;
      digests = new DigestAccumulator([
        { session: 1, track: 1, unit: DATA_UNIT, start: plan.span.start, length: count },
      ]);
      file = await open(unfinished, 'w', 0o600);
    },
    write: async (bytes) => {
      digests?.update(bytes);
      await withSpaceAsync(spool, async () => {
        for (let at = 0; file && at < bytes.length;)
          at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
      });
      room?.used(bytes.length);
    },
    finish: async (result) => {
      if (!digests) throw new TypeError('nothing was read');
      await publish();
      const { unreadable } = result;
      if (unreadable.length > 0) replaceText(unreadablePath(path), JSON.stringify(unreadable));
      const summary = summaryOf(plan, result, blocks);
      writeImageFile(path, contentsOf(summary, await sourceOf(spool)));
      const image = openImageFile(path);
      try {
        storeDigests(image, digests.finish());
      } finally {
        image.close();
      }
      return {
        blocksRead: blocks,
        unreadableBlocks: unreadable.reduce((total, { count }) => total + count, 0),
        unreadable: unreadable.slice(0, NAMED),
        image: { summary, bytes: summary.bytes },
      };
    },
    close: async () => {
      await closeFile();
      await rm(unfinished, { force: true });
      room?.release();
    },
  };
};
