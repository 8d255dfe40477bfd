import type { BlockSink } from '../burn/block-sink.js';
import type { BlockSource } from '../burn/block-source.js';
import type { Result } from '../burn/execute.js';
import type { Plan } from '../burn/plan.js';
import type { VerifiedImage } from '../burn/verify.js';
import { SpindleError } from '../errors.js';
import { loadDigests } from '../image/digests.js';
import type { ImageSummary } from '../image/image.js';
import { openImageFile } from '../image/image-file.js';
import { promisesIn } from '../os/promised-space.js';
import { createImageSink } from './image-sink.js';
import { type ImageStream, type StreamOptions, openImageStream, readAgain } from './image-stream.js';
import { openFileFinder } from './open-image.js';
import type { Assignment } from './protocol.js';
import type { Reader } from './reader.js';
import type { Tuning } from './tuning.js';

/** What is known of a medium that was read, beside its blocks. */
type Facts = Record<string, unknown>;

/** What work needs beside the drive. */
export interface Materials extends VerifiedImage {
  readonly source?: BlockSource;
  readonly sink?: BlockSink;
  /** Resolves when the drive may begin. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** After work that went well: makes what lasts, and says what is to be proven of it. */
  finish(result: Result): Promise<Facts>;
  /** False when a thread does not come back. */
  close(): Promise<boolean>;
}

export interface MaterialsOptions {
  readonly assignment: Assignment;
  readonly plan: Plan;
  readonly reader: Reader;
  readonly tuning: Tuning;
  readonly stateDir: string;
}

const nothing = (): Promise<Facts> => Promise.resolve({});

const NO_IMAGE: Materials = {
  digest: () => Promise.reject(new TypeError('there is no image')),
  ready: () => Promise.resolve(),
  finish: nothing,
  close: () => Promise.resolve(true),
};

interface Recorded {
  readonly path: string;
  readonly summary: ImageSummary;
  readonly stream: StreamOptions;
}

const recorded = ({ assignment, reader, tuning }: MaterialsOptions, summary: ImageSummary): Recorded => {
  const { image: path, roots } = assignment;
  if (path === undefined) throw new SpindleError('image-unknown', 'The attempt names no image');
  const { fifoBytes, sourceStallMs: stallMs } = tuning;
  return { path, summary, stream: { reader, image: path, summary, roots, fifoBytes, stallMs } };
};

const forBurning = ({ path, stream: options }: Recorded): Materials => {
  const { close: closeFiles, ...files } = openFileFinder(path);
  const stream = openImageStream(options);
  return {
    source: stream,
    digest: (mebibyte) => Promise.resolve(stream.digest(mebibyte)),
    original: stream.original,
    ...files,
    ready: (signal) => stream.ready(signal),
    finish: nothing,
    close: () => {
      closeFiles();
      return stream.close();
    },
  };
};

/** The digests that the first stream through the image has fixed, if there was one. */
const fixedDigests = (path: string): ((mebibyte: number) => Uint8Array) | undefined => {
  const image = openImageFile(path);
  try {
    const fixed = loadDigests(image);
    return fixed && ((mebibyte) => fixed.at(mebibyte));
  } finally {
    image.close();
  }
};

const BLOCKS_AT_ONCE = 512;

const forVerifying = ({ path, summary, stream: options }: Recorded): Materials => {
  const { close: closeFiles, ...files } = openFileFinder(path);
  let stream: ImageStream | undefined;
  let digestAt = fixedDigests(path);
  return {
    digest: (mebibyte) =>
      digestAt
        ? Promise.resolve(digestAt(mebibyte))
        : Promise.reject(new TypeError('the digests were not brought about')),
    learn: async function* (signal) {
      if (digestAt) return;
      const first = openImageStream(options);
      stream = first;
      const total = summary.bytes / 2048;
      for (let done = 0; ;) {
        const piece = await first.read(BLOCKS_AT_ONCE, signal);
        if (!piece) break;
        done += piece.length / 2048;
        yield { done, total };
      }
      digestAt = (mebibyte) => first.digest(mebibyte);
    },
    original: (block, blocks) => readAgain(options, block, blocks),
    ...files,
    ready: () => Promise.resolve(),
    finish: nothing,
    close: () => {
      closeFiles();
      return stream ? stream.close() : Promise.resolve(true);
    },
  };
};

const forReading = ({ assignment, plan, stateDir }: MaterialsOptions): Materials => {
  if (plan.do !== 'read' || assignment.image === undefined)
    throw new SpindleError('image-unknown', 'The attempt names no image');
  const sink = createImageSink(assignment.image, plan, promisesIn(stateDir));
  return {
    ...NO_IMAGE,
    sink,
    finish: (result) => sink.finish(result),
    close: async () => {
      await sink.close();
      return true;
    },
  };
};

/** Opens what the work of a plan needs; whoever does it closes it. */
export const openMaterials = (options: MaterialsOptions, summary: ImageSummary | undefined): Materials => {
  const { plan } = options;
  if (plan.do === 'read') return forReading(options);
  if (!summary) return NO_IMAGE;
  return (plan.do === 'burn' ? forBurning : forVerifying)(recorded(options, summary));
};
