import { z } from 'zod';
import { phase } from '../burn/progress.js';
import { failure } from './failure.js';
import { timestamp, ulid } from './identifier.js';

/** How an attempt can end by its worker's own word; `interrupted` is said of one that cannot speak any more. */
export const attemptResult = z.enum(['good', 'bad', 'unproven', 'refused', 'withdrawn']);
export type AttemptResult = z.infer<typeof attemptResult>;

/** Of an attempt: job, number of the copy, number of the attempt at that copy. */
export const attemptKey = z.strictObject({
  job: ulid,
  copy: z.int().min(1).max(1000),
  attempt: z.int().min(1).max(1000),
});
export type AttemptKey = z.infer<typeof attemptKey>;

const head = {
  ...attemptKey.shape,
  /** Position in the journal of the attempt, counted from 1. */
  sequence: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  at: timestamp,
};

/**
 * What a worker noted before it did it. Not strict: what attaching needs is additive within a major version, so
 * that fields of a newer worker are dropped rather than refused.
 */
export const journalEntry = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('accepted') }),
  z.object({ ...head, kind: z.literal('touching') }),
  z.object({ ...head, kind: z.literal('phase'), phase }),
  z.object({
    ...head,
    kind: z.literal('ended'),
    result: attemptResult,
    problem: failure.exactOptional(),
    proof: z.json().exactOptional(),
  }),
]);
export type JournalEntry = z.infer<typeof journalEntry>;
