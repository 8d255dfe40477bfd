import type { Seen } from './cell.js';
import type { FaultRow } from './fault-rows.js';
import type { PhaseName } from './phases.js';
import { type Verdict, codesOf } from './rules.js';

/** A cell after it was run, and what was found without asking the daemon. */
interface Outcome extends Seen {
  readonly row: FaultRow;
  readonly phase: PhaseName;
  readonly verdict: Verdict;
  /** The medium holds the image byte for byte. */
  readonly holdsImage: boolean;
  /** What was there before and is gone on with is whole. */
  readonly keepsEarlier: boolean;
  /** What may be said of the medium, by what is stored. */
  readonly stored: readonly string[];
}

const isGood = ({ attempt }: Outcome): boolean => attempt.state === 'good';

/**
 * Nobody can look at a medium without its drive. Of one that can be looked at, only what it holds may be unknown: it is
 * closed, so that nothing can be done with it, and the verification was not finished.
 */
const mayBeUnknown = ({ drive, attempt, stored }: Outcome): boolean =>
  drive !== 'free' || (attempt.state === 'unproven' && stored.includes('lost'));

const saidOf = ({ attempt }: Outcome): string => attempt.mediumAfter?.state ?? '';

/** Each says what is wrong, if it is. */
const OBJECTIONS: readonly ((outcome: Outcome) => string | false)[] = [
  ({ copy, holdsImage }) =>
    copy.state === 'good' && !holdsImage && 'FALSE GOOD: the medium does not hold the image',
  ({ keepsEarlier }) => !keepsEarlier && 'LOST: what was on the medium before is not there any more',
  (outcome) =>
    isGood(outcome) && outcome.verdict === 'bad' && 'good, although the standard does not call it transient',
  (outcome) =>
    !isGood(outcome) &&
    outcome.verdict === 'good' &&
    `transient, but ${outcome.attempt.state}: ${outcome.attempt.problem?.detail ?? ''}`,
  (outcome) => {
    const code = outcome.attempt.problem?.code ?? '';
    const isExpected = codesOf(outcome.row, outcome.phase).includes(code);
    return !isGood(outcome) && !isExpected && `told as ${code}`;
  },
  (outcome) =>
    !isGood(outcome) &&
    !outcome.attempt.mediumAfter?.remedy &&
    'nothing is said of what is left of the medium',
  ({ attempt, drive }) =>
    attempt.state === 'unproven' &&
    drive === 'free' &&
    attempt.mediumAfter?.recording === undefined &&
    'unproven, and nothing is said by which it could be found again',
  (outcome) =>
    saidOf(outcome) === 'unknown' &&
    !mayBeUnknown(outcome) &&
    `the medium is unknown; it is ${outcome.stored.join(' or ')}`,
  (outcome) => {
    const said = saidOf(outcome);
    // A copy that became good has a later attempt, which has recorded the medium since.
    const isComparable = !['', 'unknown'].includes(said) && outcome.copy.state !== 'good';
    return (
      isComparable &&
      !outcome.stored.includes(said) &&
      `the medium is ${said}; it is ${outcome.stored.join(' or ')}`
    );
  },
  ({ copy, job }) => copy.state === 'bad' && !job.problem && 'the job does not say why it failed',
  ({ attempt }) =>
    attempt.touched && attempt.state === 'refused' && 'refused, although the medium was touched',
];

/** Everything that is wrong with how a cell ended. */
export const objectionsTo = (outcome: Outcome): string[] =>
  OBJECTIONS.map((object) => object(outcome)).filter((objection) => objection !== false);
