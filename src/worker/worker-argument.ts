import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { driveLocation } from './protocol.js';
import { tuning } from './tuning.js';

const absolutePath = z.string().refine(isAbsolute, 'must be an absolute path');

/** All that a worker is told when it is started: the only argument of `worker/main`, as JSON. */
export const workerArgument = z.strictObject({
  /** Id of the drive. */
  drive: z.string().min(1).max(200),
  location: driveLocation,
  runtimeDir: absolutePath,
  stateDir: absolutePath,
  logFile: absolutePath,
  /** Names the build of the daemon; workers of another build are only attached to, never given work. */
  build: z.string().min(1),
  /** Names what else it has from who starts it; it is told to each daemon, which may want another. */
  circumstances: z.string(),
  tuning: tuning.prefault({}),
});
export type WorkerArgument = z.input<typeof workerArgument>;
