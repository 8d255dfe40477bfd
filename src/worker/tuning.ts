import { z } from 'zod';
import { quirkRow } from '../drive/quirk.js';

/** A timer of more than 2^31 - 1 ms rings at once; no sum of two of these, and of what is added to them, comes to that. */
const A_WEEK_MS = 7 * 86_400_000;

const milliseconds = (least: number) => z.int().min(least).max(A_WEEK_MS);

/** Limits that unusual machines, benchmarks and tests change. */
export const tuning = z.strictObject({
  /** Between two looks at an idle drive when the kernel says nothing. */
  lookIntervalMs: milliseconds(10).default(3000),
  /** How long a worker stays that has no daemon, no attempt and no lease. */
  idleExitMs: milliseconds(10).default(30_000),
  /** A source that gives nothing for so long, while the drive waits for it, has stopped answering. */
  sourceStallMs: milliseconds(10).default(60_000),
  /** A drive that has not answered so long after a command's timeout hangs for good. */
  hangMarginMs: milliseconds(10).default(60_000),
  /** No command is waited for longer, whatever time is its own. */
  commandLimitMs: milliseconds(10).default(86_400_000),
  /** A worker that says nothing for so long is replaced; while it records, five times as long. */
  silenceLimitMs: milliseconds(100).default(60_000),
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
