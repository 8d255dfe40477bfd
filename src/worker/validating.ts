/**
 * The process that validates: reads the file systems of one image or disc and ends. What it reads strangers have made; whoever started it caps its
 * heap, and it leaves nothing behind when it is killed. See validation-protocol.ts.
 */
import { closeSync, fstatSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { isSpindleError, SpindleError, toFailure } from '../errors.js';
import { openImageFile } from '../image/image-file.js';
import { ImageReader } from '../image/image-reader.js';
import { openSpool } from '../image/spool.js';
import type { BlockReader } from '../image/import/block-reader.js';
import { explained } from '../image/import/findings.js';
import { firstBlockOf, imageBlocks } from '../image/import/image-blocks.js';
import { validate } from '../image/import/validate.js';
import { validateFile } from '../image/import/validate-file.js';
import { openBeneath, openRoot } from '../os/openat2.js';
import { fitInFrame } from './fit-in-frame.js';
import { encodeFrame } from './frames.js';
import { openMediumBlocks } from './medium-blocks.js';
import {
  type ValidationArgument,
  validationArgument,
  type ValidationFrame,
  type ValidationResult,
} from './validation-protocol.js';

type What<Type extends ValidationArgument['what']['type']> = Extract<
  ValidationArgument['what'],
  { type: Type }
>;
type Rest = Omit<ValidationArgument, 'what'>;
type Validation = Awaited<ReturnType<typeof validate>>;

const PROGRESS_INTERVAL_MS = 250;
const ORPHAN_CHECK_MS = 500;

const say = (frame: ValidationFrame): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(encodeFrame(frame), () => {
      resolve();
    });
  });

let toldAt = -Infinity;
const tell = (done: number): void => {
  const now = performance.now();
  if (now - toldAt < PROGRESS_INTERVAL_MS) return;
  toldAt = now;
  void say({ op: 'progress', done, total: done + 1 }); // nobody knows how much there will be to read
};

/** Tells of the blocks that are read, and lets what is said be written. */
const telling = (reader: BlockReader): BlockReader => {
  let done = 0;
  return {
    blocks: reader.blocks,
    read: async (first, count) => {
      const bytes = await reader.read(first, count);
      done += count;
      tell(done);
      return bytes;
    },
  };
};

const ofImage = async ({ path, roots }: What<'image'>, { start, ...rest }: Rest): Promise<Validation> => {
  const image = openImageFile(path);
  const spool = openSpool(image);
  const reader = new ImageReader(image, roots, spool);
  try {
    const blocks = telling(imageBlocks(image, reader));
    return await validate(blocks, { start: start ?? firstBlockOf(image), ...rest });
  } finally {
    reader.close();
    spool?.close();
    image.close();
  }
};

const ofSource = async ({ root, path }: What<'source'>, rest: Rest): Promise<Validation> => {
  const rootFd = openRoot(root.path);
  const fd = openBeneath(rootFd, path);
  try {
    if (!fstatSync(fd).isFile())
      throw new SpindleError('image-invalid', `${root.name}:${path} is no regular file.`);
    return await validateFile(fd, rest, telling);
  } finally {
    closeSync(fd);
    closeSync(rootFd);
  }
};

const ofMedium = async ({ blocks }: What<'medium'>, rest: Rest): Promise<Validation> => {
  const reader = openMediumBlocks(blocks, tell);
  try {
    return await validate(reader, rest);
  } finally {
    reader.close();
  }
};

const validationOf = ({ what, ...rest }: ValidationArgument): Promise<Validation> => {
  switch (what.type) {
    case 'image':
      return ofImage(what, rest);
    case 'source':
      return ofSource(what, rest);
    case 'medium':
      return ofMedium(what, rest);
  }
};

const told = ({ findings, unlisted, views, ...rest }: Validation): ValidationResult => {
  const { kept, count } = fitInFrame(findings.map(explained));
  return { ...rest, views: [...views], findings: kept, unlisted: unlisted + count - kept.length };
};

const answer = async (): Promise<ValidationFrame> => {
  try {
    const argument = validationArgument.parse(JSON.parse(await text(process.stdin)));
    return { op: 'result', result: told(await validationOf(argument)) };
  } catch (error) {
    if (!isSpindleError(error)) console.error(error);
    return { op: 'failure', failure: toFailure(error) };
  }
};

/** Nobody waits for what a process finds whose daemon was killed. */
const daemon = process.ppid;
setInterval(() => {
  if (process.ppid !== daemon) process.exit(1);
}, ORPHAN_CHECK_MS).unref();
process.on('SIGHUP', () => undefined);

const last = await answer();
await say(last);
process.exit(last.op === 'result' ? 0 : 1);
