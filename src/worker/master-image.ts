import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { SpindleError } from '../errors.js';
import { storeDigests } from '../image/digests.js';
import { type ImageFile, openImageFile } from '../image/image-file.js';
import { writeImageFile } from '../image/image-file-writer.js';
import { master } from '../image/master.js';
import { openRoots } from '../image/roots.js';
import { decideSpool } from '../image/spool-decision.js';
import { writeSpool } from '../image/spool-writer.js';
import type { z } from 'zod';
import { fitInFrame } from './fit-in-frame.js';
import type { MasteringFrame, MasteringResult, masteringArgument } from './mastering-protocol.js';

type Argument = z.infer<typeof masteringArgument>;
type Progress = Omit<Extract<MasteringFrame, { op: 'progress' }>, 'op'>;

const refuseWithoutSpace = (path: string, bytes: number): void => {
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize > bytes) return;
  throw new SpindleError('space-exhausted', `${path} needs ${bytes} bytes, ${bavail * bsize} are free`);
};

/** The spool is the first stream through the image, so it fixes the digests. */
const spool = (image: ImageFile, { roots }: Argument, onProgress: (progress: Progress) => void): void => {
  const total = image.summary.bytes;
  refuseWithoutSpace(image.path, total);
  onProgress({ phase: 'spool', done: 0, total });
  const digests = writeSpool(image, {
    roots,
    onBytes: (done) => {
      onProgress({ phase: 'spool', done, total });
    },
  });
  storeDigests(image, digests);
};

/** Makes an image file, and its spool where that is wanted. Everything is synchronous; it has a thread of its own. */
export const masterImage = (
  argument: Argument,
  onProgress: (progress: Progress) => void,
): MasteringResult => {
  const roots = openRoots(argument.roots);
  try {
    const { contents, warnings } = master(argument.request, {
      roots,
      onEntries: (done) => {
        onProgress({ phase: 'scan', done, total: 0 });
      },
    });
    onProgress({ phase: 'write', done: 0, total: 0 });
    const { kept, count } = fitInFrame(warnings());
    writeImageFile(argument.output, contents);
    const image = openImageFile(argument.output);
    try {
      const { summary } = image;
      const decision = decideSpool(summary, argument);
      if (decision.spool) spool(image, argument, onProgress);
      const { spool: spooled, reason: spoolReason } = decision;
      return {
        summary,
        warnings: kept,
        warningCount: count,
        bytes: summary.bytes,
        spooled,
        spoolReason,
      };
    } finally {
      image.close();
    }
  } finally {
    roots.close();
  }
};
