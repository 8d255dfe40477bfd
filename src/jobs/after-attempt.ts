import type { ErrorCode, Failure } from '../errors.js';
import type { ATTEMPT_RESULTS } from '../burn/journal-entry.js';
import type { AttemptState, CopyState } from './states.js';

/** Attempts at one copy that may end before the medium was touched: a worker that dies at each of them must not loop. */
const UNTOUCHED_LIMIT = 10;
/**
 * What no worker has accepted, for want of room, say, was no try at the copy: its drive rests, longer each time, and it is tried
 * again then. Only that attempts are numbered up to 1,000 puts an end to it.
 */
const UNACCEPTED_LIMIT = 900;
/** A simulation never touches one; that it failed is what it was to find out. */
const SIMULATION_LIMIT = 3;

/** What another disc cannot cure; trying again would only waste it. */
const VAIN: ReadonlySet<ErrorCode> = new Set([
  'source-outside-root',
  'source-missing',
  'source-unreadable',
  'source-changed',
  'image-invalid',
  'image-digest-mismatch',
  'image-unknown',
  'root-unknown',
]);

type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

export interface EndedAttempt {
  readonly state: AttemptState;
  readonly touched: boolean;
  readonly problem: Failure | undefined;
  readonly cancelRequested: boolean;
  /** Attempts at this copy so far, this one included, that a worker accepted, by whether they touched a medium. */
  readonly touchedAttempts: number;
  readonly untouchedAttempts: number;
  /** Those that no worker accepted. */
  readonly unacceptedAttempts: number;
  /** Media that may be used up for one copy. */
  readonly maxAttempts: number;
  /** It touches no medium, however often it fails. */
  readonly simulated: boolean;
}

/**
 * What an attempt is when its worker says that it ended. A result must be earned: good needs a proof, and nothing
 * that touched the medium can be as if it had not been.
 */
export const earnedState = (
  result: AttemptResult,
  { touched, proven }: { touched: boolean; proven: boolean },
): AttemptResult => {
  if (result === 'good' && !proven) return 'unproven';
  const claimsNothingDone = result === 'refused' || result === 'withdrawn';
  return claimsNothingDone && touched ? 'bad' : result;
};

const afterCancel = ({ touched, problem }: EndedAttempt): CopyState =>
  !touched || problem?.code === 'canceled' || problem?.code === 'attempt-unproven' ? 'canceled' : 'bad';

const mayTryAgain = (ended: EndedAttempt): boolean => {
  // A reading has found out what is the case: reading once more would find the same.
  if (ended.state === 'bad' && !ended.touched) return false;
  if (ended.problem && VAIN.has(ended.problem.code)) return false;
  const { touchedAttempts, untouchedAttempts, unacceptedAttempts, maxAttempts, simulated } = ended;
  const untouchedLimit = simulated ? SIMULATION_LIMIT : UNTOUCHED_LIMIT;
  return (
    touchedAttempts < maxAttempts &&
    untouchedAttempts < untouchedLimit &&
    unacceptedAttempts < UNACCEPTED_LIMIT
  );
};

/** Where a copy goes when the attempt at it has ended. */
export const copyAfter = (ended: EndedAttempt): CopyState => {
  if (ended.state === 'good') return 'good';
  if (ended.cancelRequested) return afterCancel(ended);
  return mayTryAgain(ended) ? 'pending' : 'bad';
};
