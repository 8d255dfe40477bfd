import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { driveLocation } from './protocol.js';

const absolutePath = z.string().refine(isAbsolute, 'must be an absolute path');

/** Limits that unusual machines, benchmarks and tests change. */
export const tuning = z.strictObject({
  /** Between two looks at an idle drive when the kernel says nothing. */
  lookIntervalMs: z.int().min(10).default(3000),
  /** How long a worker stays that has no daemon, no attempt and no lease. */
  idleExitMs: z.int().min(10).default(30_000),
  /** A source that gives nothing for so long, while the drive waits for it, has stopped answering. */
  sourceStallMs: z.int().min(10).default(60_000),
  /** A drive that has not answered so long after a command's timeout hangs for good. */
  hangMarginMs: z.int().min(10).default(60_000),
  /** A worker keeps so much of the image ahead of the drive. */
  fifoBytes: z
    .int()
    .min(2 << 20)
    .max(1 << 30)
    .default(32 << 20),
  /** pino's. */
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
export type Tuning = z.infer<typeof tuning>;

/** All that a worker is told when it is started: the only argument of `worker/main`, as JSON. */
export const workerArgument = z.strictObject({
  /** Id of the drive. */
  drive: z.string().min(1).max(200),
  location: driveLocation,
  runtimeDir: absolutePath,
  stateDir: absolutePath,
  logFile: absolutePath,
  /** Names the build of the program; workers of another build are only attached to, never given work. */
  build: z.string().min(1),
  tuning: tuning.prefault({}),
});
export type WorkerArgument = z.input<typeof workerArgument>;
