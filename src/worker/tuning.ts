import { z } from 'zod';
import { quirkRow } from '../drive/quirk.js';

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
  /** No command is waited for longer, whatever time is its own. */
  commandLimitMs: z.int().min(10).default(86_400_000),
  /** A worker that says nothing for so long is replaced; while it records, five times as long. */
  silenceLimitMs: z.int().min(100).default(60_000),
  /** A worker keeps so much of the image ahead of the drive. */
  fifoBytes: z
    .int()
    .min(2 << 20)
    .max(1 << 30)
    .default(32 << 20),
  /** Rows beside our own; the configuration keeps them in a field of their own. */
  quirks: z.array(quirkRow).max(200).default([]),
  /** pino's. */
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
export type Tuning = z.infer<typeof tuning>;
