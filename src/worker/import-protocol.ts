/**
 * What is said between the daemon and a process that imports a session for a draft: the argument as JSON on standard input up to its end, frames
 * on standard output, the last of them `result` or `failure`; blocks of the medium are asked for at descriptor 3 as by a mastering process.
 * Equal builds only.
 */
import { z } from 'zod';
import { failure } from '../errors.js';
import { imageProgress } from '../image/image-progress.js';
import { IMPORTED_FILE_SYSTEMS } from '../image/import/file-systems.js';
import { mediumSession } from '../image/import/medium-session.js';

const count = z.int().min(0);

export const importArgument = z.strictObject({
  session: mediumSession,
  /** Absolute path of the file that will keep what was read; its directory is there. */
  output: z.string().startsWith('/'),
  /** Absolute path of the directory in which whoever writes beside it notes the room that it was promised. */
  promises: z.string().startsWith('/'),
});
export type ImportArgument = z.infer<typeof importArgument>;

export const importResult = z.strictObject({
  fileSystem: z.enum(IMPORTED_FILE_SYSTEMS),
  fileSystems: z.array(z.enum(IMPORTED_FILE_SYSTEMS)),
  volumeIdentifier: z.string(),
  entries: count,
});
export type ImportResult = z.infer<typeof importResult>;

export const importFrame = z.discriminatedUnion('op', [
  /** At most four times a second. */
  z.object({ op: z.literal('progress'), progress: imageProgress }),
  z.object({ op: z.literal('result'), result: importResult }),
  z.object({ op: z.literal('failure'), failure }),
]);
export type ImportFrame = z.infer<typeof importFrame>;
