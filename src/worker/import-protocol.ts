/**
 * What is said between the daemon and a process that imports a session for a draft, or lists what sessions hold: the argument as JSON on standard
 * input up to its end, frames on standard output, the last of them `result` or `failure`; blocks of the medium are asked for at descriptor 3 as by
 * a mastering process. Equal builds only.
 */
import { z } from 'zod';
import { failure } from '../errors.js';
import { imageProgress } from '../image/image-progress.js';
import { IMPORTED_FILE_SYSTEMS } from '../image/import/file-systems.js';
import { importedNames } from '../image/import/imported-names.js';
import { listedVolumes } from '../image/import/listed-volumes.js';
import { mediumSession } from '../image/import/medium-session.js';

const count = z.int().min(0);

const importArgument = z.strictObject({
  do: z.literal('import'),
  session: mediumSession,
  /** Absolute path of the file that will keep what was read; its directory is there. */
  output: z.string().startsWith('/'),
  /** Absolute path of the directory in which whoever writes beside it notes the room that it was promised. */
  promises: z.string().startsWith('/'),
});
export type ImportArgument = z.infer<typeof importArgument>;

const listArgument = z.strictObject({
  do: z.literal('list'),
  /** Where the volume of each session begins, if it can have one, and one more than the last block that belongs to it. */
  sessions: z.array(z.strictObject({ start: count, end: count })),
});
export type ListArgument = z.infer<typeof listArgument>;

export const importingArgument = z.discriminatedUnion('do', [importArgument, listArgument]);

const importResult = z.strictObject({
  fileSystem: z.enum(IMPORTED_FILE_SYSTEMS),
  fileSystems: z.array(z.enum(IMPORTED_FILE_SYSTEMS)),
  volumeIdentifier: z.string(),
  volumeIdentifiers: importedNames,
  entries: count,
});
export type ImportResult = z.infer<typeof importResult>;

/** Of each session, in order. */
const listResult = z.strictObject({ sessions: z.array(listedVolumes) });
export type ListResult = z.infer<typeof listResult>;

/** It tells nothing but its end: a session has few descriptors. */
export const listFrame = z.discriminatedUnion('op', [
  z.object({ op: z.literal('progress'), progress: imageProgress }),
  z.object({ op: z.literal('result'), result: listResult }),
  z.object({ op: z.literal('failure'), failure }),
]);
export type ListFrame = z.infer<typeof listFrame>;

export const importFrame = z.discriminatedUnion('op', [
  /** At most four times a second. */
  z.object({ op: z.literal('progress'), progress: imageProgress }),
  z.object({ op: z.literal('result'), result: importResult }),
  z.object({ op: z.literal('failure'), failure }),
]);
export type ImportFrame = z.infer<typeof importFrame>;
