import { storeDigests } from '../image/digests.js';
import { type ImageFile, openImageFile } from '../image/image-file.js';
import { imageFileBytes, writeImageFile } from '../image/image-file-writer.js';
import type { ImageSummary } from '../image/image.js';
import { master, type Mastered } from '../image/master.js';
import { openRoots } from '../image/roots.js';
import { decideSpool } from '../image/spool-decision.js';
import { writeSpool } from '../image/spool-writer.js';
import { type PromisedSpace, promiseSpace } from '../os/promised-space.js';
import type { z } from 'zod';
import { fitInFrame } from './fit-in-frame.js';
import { continuing } from './continuing.js';
import type { ImportedBase } from './read-session.js';
import type { UntoldProgress } from './making-progress.js';
import type { MasteringResult, masteringArgument } from './mastering-protocol.js';

type Argument = z.infer<typeof masteringArgument>;

/** The spool is the first stream through the image, so it fixes the digests. */
const spool = (
  image: ImageFile,
  { roots }: Argument,
  onBytes: (progress: Pick<UntoldProgress, 'done' | 'total' | 'path'>) => void,
): void => {
  const total = image.summary.bytes;
  onBytes({ done: 0, total });
  const digests = writeSpool(image, {
    roots,
    onBytes: (done, path) => {
      onBytes({ done, total, path });
    },
  });
  storeDigests(image, digests);
};

/** What the image that was written is, and its spool where there is room for one. */
const finish = (
  argument: Argument,
  room: PromisedSpace | undefined,
  onProgress: (progress: UntoldProgress) => void,
): ImageSummary => {
  const image = openImageFile(argument.output);
  let told = 0;
  try {
    if (room)
      spool(image, argument, (bytes) => {
        room.used(bytes.done - told);
        told = bytes.done;
        onProgress({ phase: 'spool', ...bytes });
      });
    return image.summary;
  } finally {
    image.close();
  }
};

function* warningsOf({ leftOut, warnings }: Mastered): Generator<MasteringResult['warnings'][number]> {
  for (const { path, reason } of leftOut) yield { path, leftOut: reason };
  yield* warnings();
}

/**
 * Makes an image file, and its spool where that is wanted. Everything is synchronous but the reading of a session that is continued, which
 * comes before; it has a thread of its own.
 */
export const masterImage = (
  argument: Argument,
  imported: ImportedBase | undefined,
  onProgress: (progress: UntoldProgress) => void,
): MasteringResult => {
  const roots = openRoots(argument.roots);
  try {
    const mastered = master(argument.request, {
      roots,
      base: imported?.base,
      onEntries: (done, path) => {
        onProgress({ phase: 'scan', done, total: 0, path });
      },
      onDigested: (done, total, path) => {
        onProgress({ phase: 'digest', done, total, path });
      },
    });
    const contents = continuing(mastered, imported);
    onProgress({ phase: 'write', done: 0, total: 0 });
    const { kept, count } = fitInFrame(warningsOf(mastered));
    const decision = decideSpool(contents.summary, argument);
    const spoolBytes = decision.spool ? contents.summary.bytes : 0;
    const what = decision.spool ? 'the image with its spool' : 'the image';
    const { output: path, promises } = argument;
    const bytes = imageFileBytes(contents);
    const room = promiseSpace(promises, { path, bytes: bytes + spoolBytes, what });
    try {
      writeImageFile(path, contents);
      room.used(bytes);
      const summary = finish(argument, decision.spool ? room : undefined, onProgress);
      return {
        summary,
        warnings: kept,
        warningCount: count,
        bytes: summary.bytes,
        spooled: decision.spool,
        spoolReason: decision.reason,
      };
    } finally {
      room.release();
    }
  } finally {
    roots.close();
  }
};
