/**
 * The process that validates: reads the file systems of one image or disc and ends. What it reads strangers have made; whoever started it caps its
 * heap, and it leaves nothing behind when it is killed. See validation-protocol.ts.
 */
import { closeSync, fstatSync } from 'node:fs';
import { SpindleError } from '../errors.js';
import { openImageFile } from '../image/image-file.js';
import { ImageReader } from '../image/image-reader.js';
import { openSpool } from '../image/spool.js';
import type { BlockReader } from '../image/import/block-reader.js';
import { explained } from '../image/import/findings.js';
import { firstBlockOf, imageBlocks } from '../image/import/image-blocks.js';
import { validate } from '../image/import/validate.js';
import { validateFile } from '../image/import/validate-file.js';
import { openBeneath, openRoot } from '../os/openat2.js';
import { runErrand, say } from './errand.js';
import { fitInFrame } from './fit-in-frame.js';
import { openMediumBlocks } from './medium-blocks.js';
import { seldom } from './seldom.js';
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

const tell = seldom((done: number) => {
  const progress = { done, total: 0 }; // nobody knows how much there will be to read
  const frame: ValidationFrame = { op: 'progress', progress };
  void say(frame);
});

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

const ofMedium = async ({ blocks, runOut }: What<'medium'>, rest: Rest): Promise<Validation> => {
  const reader = openMediumBlocks(blocks, tell);
  try {
    return await validate(reader, { ...rest, runOut });
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

await runErrand(async (json): Promise<ValidationFrame> => {
  const argument = validationArgument.parse(JSON.parse(json));
  return { op: 'result', result: told(await validationOf(argument)) };
});
