import type { BurnPlan } from '../../src/burn/plan.js';
import type { FaultRow, Nature } from './fault-rows.js';
import { type PhaseName, isAltered, isAltering, isWriting } from './phases.js';

/**
 * What the standard makes of a fault in a phase: `good` after what is transient; `bad` for what is not; `either` where
 * another way may lead to a disc that is right byte for byte.
 */
export type Verdict = 'good' | 'bad' | 'either';

interface Question {
  readonly plan: BurnPlan;
  readonly row: FaultRow;
  readonly phase: PhaseName;
}

const SOURCE_IS_READ: ReadonlySet<PhaseName> = new Set([
  'load',
  'format',
  'calibrate',
  'first write',
  'middle',
]);

/** Once all was read and compared, the source is not needed any more. */
const untilRead = ({ phase }: Question): Verdict => (SOURCE_IS_READ.has(phase) ? 'bad' : 'good');

const always = (verdict: Verdict) => (): Verdict => verdict;

const RULES: Readonly<Record<Nature, (question: Question) => Verdict>> = {
  recovered: always('good'),
  'empty-done': ({ phase }) => (isWriting(phase) ? 'either' : 'good'),
  'empty-lost': ({ phase }) => (isWriting(phase) ? 'bad' : 'either'),
  wait: always('good'),
  attention: always('good'),
  retry: ({ phase }) => (isAltering(phase) ? 'bad' : 'good'),
  upheaval: always('bad'),
  // Optional commands are left out, others have alternatives; a READ may be repeated. A WRITE has neither.
  refusal: ({ phase }) => (isWriting(phase) ? 'bad' : 'either'),
  fatal: ({ phase, row }) =>
    phase === 'verify' || (row.sense?.startsWith('5/') === true && !isWriting(phase)) ? 'either' : 'bad',
  medium: always('bad'),
  // Before anything of ours was sent that alters the medium, it can only be about the work of somebody else.
  deferred: ({ plan, phase }) => (isAltered(plan, phase) ? 'bad' : 'good'),
  // What a drive was to go on with by itself it may have done all the same: then the medium shows it.
  hang: ({ phase }) => (isAltering(phase) && !isWriting(phase) ? 'either' : 'bad'),
  'hang-for-good': always('bad'),
  reset: always('bad'),
  unplug: always('bad'),
  // A block of zeros that was lost is zeros all the same, and others are written again later.
  'lost-write': always('either'),
  short: always('bad'),
  'source-altered': untilRead,
  'source-stalled': untilRead,
  // What an attempt has to note finds its place on a full disk.
  'state-full': always('good'),
};

export const verdictOf = (question: Question): Verdict => RULES[question.row.nature](question);

const WHILE_WRITING = ['write-failed'];

/** What was being done tells more than that a command failed. */
const CODES_OF_PHASE: Readonly<Record<PhaseName, readonly string[]>> = {
  load: [],
  format: ['format-failed', 'erase-failed'],
  calibrate: [],
  'first write': WHILE_WRITING,
  middle: WHILE_WRITING,
  'last write': WHILE_WRITING,
  sync: WHILE_WRITING,
  close: ['close-failed'],
  verify: ['verify-unreadable', 'attempt-unproven'],
};

/** The codes that may tell of a fault in a phase. */
export const codesOf = ({ codes }: FaultRow, phase: PhaseName): readonly string[] => [
  ...codes,
  ...CODES_OF_PHASE[phase],
];
