/**
 * What is said between the daemon and a process that validates: the argument as JSON on standard input up to its end, frames on standard
 * output, the last of them `result` or `failure`; blocks of a medium are asked for at descriptor 3 as by a mastering process. Equal
 * builds only.
 */
import { z } from 'zod';
import { failure } from '../errors.js';
import { FINDING_CODES } from '../image/import/findings.js';
import { IMPORTED_FILE_SYSTEMS } from '../image/import/file-systems.js';
import { root } from './protocol.js';

const count = z.int().min(0);

export const validationArgument = z.strictObject({
  what: z.discriminatedUnion('type', [
    /** An image file of the daemon, and what it takes its contents from. */
    z.strictObject({ type: z.literal('image'), path: z.string(), roots: z.array(root) }),
    z.strictObject({ type: z.literal('source'), root, path: z.string() }),
    /** `runOut`: so many of its last blocks may be run-out, which is not missed. */
    z.strictObject({ type: z.literal('medium'), blocks: count, runOut: count }),
  ]),
  /** First block of the session; that of the image where it is left out. */
  start: count.optional(),
  manifest: z.string().optional(),
});
export type ValidationArgument = z.infer<typeof validationArgument>;

export const finding = z
  .strictObject({
    code: z.enum(FINDING_CODES),
    severity: z.enum(['error', 'warning', 'note']),
    title: z.string(),
    detail: z.string(),
    block: count.exactOptional(),
    path: z.string().exactOptional().meta({ description: 'On the disc; of the file or directory concerned' }),
    stream: z
      .string()
      .exactOptional()
      .meta({ description: 'Named stream of it that is concerned, where it is not it itself' }),
  })
  .meta({ id: 'Finding', description: 'One thing that is wrong with a volume, and where' });

export const validationResult = z.strictObject({
  blocks: count,
  start: count,
  views: z.array(
    z.strictObject({
      view: z.enum([...IMPORTED_FILE_SYSTEMS, 'udf']),
      volumeIdentifier: z.string(),
      files: count,
      directories: count,
      bytes: count,
    }),
  ),
  findings: z.array(finding),
  unlisted: count,
  manifestFiles: count
    .exactOptional()
    .meta({ description: 'Files of the manifest that are what it says, named streams among them' }),
  valid: z.boolean(),
});
export type ValidationResult = z.infer<typeof validationResult>;

export const validationFrame = z.discriminatedUnion('op', [
  /** Blocks that were read, at most four times a second. */
  z.object({ op: z.literal('progress'), progress: z.object({ done: count, total: count }) }),
  z.object({ op: z.literal('result'), result: validationResult }),
  z.object({ op: z.literal('failure'), failure }),
]);
export type ValidationFrame = z.infer<typeof validationFrame>;
