import { z } from 'zod';
import { failure } from '../errors.js';
import { phase } from './progress.js';

const ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);

/** Names one try at one copy; a message about another one than the present is stale and dropped. */
export const attemptRef = z.object({
  job: ulid,
  copy: z.int().min(1).max(1000),
  attempt: z.int().min(1).max(1000),
});
export type AttemptRef = z.infer<typeof attemptRef>;

/** The same as one word. */
export const attemptKey = ({ job, copy, attempt }: AttemptRef): string => `${job}/${copy}/${attempt}`;

/** How an attempt can end by itself; `interrupted` is said by the daemon about a worker that is gone. */
export const ATTEMPT_RESULTS = ['good', 'bad', 'unproven', 'refused', 'withdrawn'] as const;

const entry = attemptRef.extend({ sequence: z.int().min(1), at: z.iso.datetime() });

/**
 * One line of an attempt's journal. It is written and synced before what it announces happens; lines are
 * additive only within one major version of the protocol, because a later daemon folds them.
 */
export const journalEntry = z.discriminatedUnion('kind', [
  /** The worker took the attempt. */
  entry.extend({ kind: z.literal('accepted'), planHash: z.string() }),
  /** The next command can alter the medium. */
  entry.extend({ kind: z.literal('touching') }),
  entry.extend({ kind: z.literal('phase'), phase }),
  entry.extend({
    kind: z.literal('ended'),
    result: z.enum(ATTEMPT_RESULTS),
    /** Why it is not good. */
    problem: failure.optional(),
    /** What was seen that makes it good: the medium re-read, digests, counts. */
    proof: z.record(z.string(), z.unknown()).optional(),
    /** The medium as it was found afterwards, and what can be done with it. */
    medium: z.record(z.string(), z.unknown()).optional(),
  }),
]);
export type JournalEntry = z.infer<typeof journalEntry>;
