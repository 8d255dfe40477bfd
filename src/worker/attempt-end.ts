import type { Phase } from '../burn/progress.js';
import { isDeferred } from '../drive/command-failure.js';
import { type ErrorCode, type Failure, toFailure } from '../errors.js';
import { boundedFailure } from './bounded-failure.js';
import type { JournalStatement } from './journal.js';

export type Ended = Extract<JournalStatement, { kind: 'ended' }>;

/** How far an attempt had come when it failed. */
export interface Reached {
  readonly phase: Phase | undefined;
  readonly touched: boolean;
  /** It was only to read the medium. */
  readonly reading?: boolean;
}

/** What a reading finds out about the medium or cannot be helped by reading it again. */
const FOUND_OUT: ReadonlySet<ErrorCode> = new Set([
  'verify-mismatch',
  'verify-unreadable',
  'read-incomplete',
  'space-exhausted',
]);

/**
 * What a verification finds of a disc that is bad. Whatever else ends it says nothing about a disc that is closed, unless it
 * is about an earlier command.
 */
const SHOWN_BAD: ReadonlySet<ErrorCode> = new Set(['proof-failed', 'verify-mismatch', 'verify-unreadable']);

const unproven = (cause: Failure): Ended => ({
  kind: 'ended',
  result: 'unproven',
  problem: {
    ...cause,
    code: 'attempt-unproven',
    cause: cause.code,
    detail: `The disc is closed; its verification stopped with ${cause.code}: ${cause.detail}`,
  },
});

/** How an attempt ends that failed. Whatever could not be proven after the medium was touched is bad. */
export const endOfFailure = (error: unknown, { phase, touched, reading }: Reached): Ended => {
  const problem = boundedFailure(toFailure(error));
  if (reading === true && FOUND_OUT.has(problem.code)) return { kind: 'ended', result: 'bad', problem };
  if (!touched)
    return { kind: 'ended', result: problem.code === 'canceled' ? 'withdrawn' : 'refused', problem };
  if (phase === 'verify' && !SHOWN_BAD.has(problem.code) && !isDeferred(error)) return unproven(problem);
  return { kind: 'ended', result: 'bad', problem };
};
