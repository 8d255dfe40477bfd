/**
 * What is said between whoever wants an image and the mastering process that makes it: the argument as JSON on standard
 * input up to its end, frames on standard output, the last of them `result` or `failure`. Equal builds only.
 */
import { z } from 'zod';
import { failure } from '../errors.js';
import type { ImageSummary } from '../image/image.js';
import { masterRequest } from '../image/master-request.js';
import { FILE_SYSTEMS } from '../image/name-changes.js';
import { mediumSession } from '../image/import/medium-session.js';
import { imageProgress } from '../image/image-progress.js';
import { continued } from '../image/continued.js';
import { MOST_BLOCKS, root } from './protocol.js';

export const masteringArgument = z.strictObject({
  request: masterRequest,
  roots: z.array(root),
  /** Absolute path of the image file; digests and spool lie beside it. */
  output: z.string().startsWith('/'),
  /** Where room is promised, see src/os/promised-space.ts. */
  promises: z.string().startsWith('/'),
  /** Write every unit once before any laser starts. */
  spool: z.enum(['auto', 'always', 'never']).default('never'),
  /** How many discs are to be recorded of it, which decides `auto`. */
  copies: z.int().min(1).default(1),
  /** The session of a medium that the image continues. Its blocks are asked for at descriptor 3, see below. */
  base: mediumSession.optional(),
});
export type MasteringArgument = z.input<typeof masteringArgument>;

/** The argument as it goes to standard input. Times are nanoseconds, which JSON has no numbers for. */
export const encodeMasteringArgument = (argument: MasteringArgument): string =>
  JSON.stringify(argument, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

const count = z.int().min(0);

/** What a mastering process that continues a session asks for at descriptor 3, one question after the other. */
export const blockQuestion = z.strictObject({ first: count, count: z.int().min(1).max(MOST_BLOCKS) });
export type BlockQuestion = z.infer<typeof blockQuestion>;

/** `bytes` in base64. */
export const blockAnswer = z.union([z.strictObject({ bytes: z.base64() }), z.strictObject({ failure })]);
export type BlockAnswer = z.infer<typeof blockAnswer>;

/** ImageSummary of src/image/image.ts. */
const imageSummary = z.object({
  parts: z
    .array(
      z.object({
        session: z.int().min(1),
        track: z.int().min(1),
        unit: z.object({
          mainBytes: z.int().min(1),
          subchannelBytes: z.union([z.literal(0), z.literal(16), z.literal(96)]),
        }),
        start: z.union([z.int(), z.literal('next-writable')]),
        length: count,
      }),
    )
    .readonly(),
  bytes: count,
  volumeIdentifier: z.string(),
  files: count,
  directories: count,
  smallFiles: count,
  requestDigest: z.string(),
  endsWithTable: z.literal(true).exactOptional(),
  continues: continued.exactOptional(),
}) satisfies z.ZodType<ImageSummary>;

export const masteringResult = z.object({
  summary: imageSummary,
  /** What was left out of the session that is continued, then names that readers of the disc will see changed; of many the first ones. */
  warnings: z.array(
    z.union([
      z.object({ path: z.string(), leftOut: z.string() }),
      z.object({
        path: z.string(),
        fileSystem: z.enum(FILE_SYSTEMS),
        recordedAs: z.string(),
        pathBytes: z.int().exactOptional(),
      }),
    ]),
  ),
  /** All of them. */
  warningCount: count,
  /** Of the image. */
  bytes: count,
  spooled: z.boolean(),
  /** Why it was spooled or not, in words. */
  spoolReason: z.string(),
});
export type MasteringResult = z.infer<typeof masteringResult>;

export const masteringFrame = z.discriminatedUnion('op', [
  /**
   * At most four a second while sources are read, or the session that is continued, of which the entries found while scanning, the bytes
   * digested for a manifest and the bytes written to the spool are counted. `done` equals `total` when nothing is to be read at present; when that begins and
   * ends is always told.
   */
  z.object({ op: z.literal('progress'), progress: imageProgress }),
  z.object({ op: z.literal('result'), result: masteringResult }),
  z.object({ op: z.literal('failure'), failure }),
]);
export type MasteringFrame = z.infer<typeof masteringFrame>;
