import type { BurnPlan } from '../../src/burn/plan.js';
import type { FaultRow, Nature } from './fault-rows.js';
import { type PhaseName, isAltered, isAltering, isWriting } from './phases.js';

/**
 * What the standard makes of a fault in a phase: `good` after what is transient; `bad` for what is not; `either` where
 * the medium, and the other ways that it has, decide whether the disc is right byte for byte. There the page alone says
 * what is expected.
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

/** A READ that failed so may be repeated; what else is fatal tells that there is no medium to be read, or no drive. */
const READ_AGAIN: ReadonlySet<string> = new Set([
  'medium-unreadable',
  'drive-fault',
  'command-refused',
  'write-failed',
]);

const isReadAgain = ({ codes }: FaultRow): boolean => codes.some((code) => READ_AGAIN.has(code));

/** A command sequence error (SPC-3, 5/2C) says that the command is known, and what came before it is not as it must be. */
const isOutOfSequence = ({ sense }: FaultRow): boolean => sense?.startsWith('5/2C/') === true;

/** Formats and closes have other ways on some media; what is optional is left out; a WRITE has neither. */
const refused = ({ row, phase }: Question): Verdict => {
  if (isWriting(phase)) return 'bad';
  if (phase === 'format' || phase === 'close') return 'either';
  return phase === 'verify' ? readAgain(row) : goneWithout(row);
};

const goneWithout = (row: FaultRow): Verdict => (isOutOfSequence(row) ? 'bad' : 'good');
const readAgain = (row: FaultRow): Verdict => (isReadAgain(row) ? 'good' : 'bad');

/** Under a volume that grows there is a format: what comes of going on with it shows in what is read back. */
const isFormatted = ({ placement }: BurnPlan): boolean => placement.base !== undefined;

/** What a drive was to go on with by itself it may have done all the same: a flush has no other effect, a close shows. */
const hung = ({ plan, phase }: Question): Verdict => {
  if (phase === 'sync') return 'good';
  return phase === 'close' || (phase === 'format' && isFormatted(plan)) ? 'either' : 'bad';
};

const always = (verdict: Verdict) => (): Verdict => verdict;

const RULES: Readonly<Record<Nature, (question: Question) => Verdict>> = {
  recovered: always('good'),
  // Nobody knows what such a WRITE has done, and it is never repeated.
  'empty-done': ({ phase }) => (isWriting(phase) ? 'bad' : 'good'),
  // A flush that was not done comes again with the close; a close shows, and on some media is asked for twice.
  'empty-lost': ({ phase }) => {
    if (phase === 'close') return 'either';
    return isWriting(phase) ? 'bad' : 'good';
  },
  wait: always('good'),
  attention: always('good'),
  retry: ({ phase }) => (isAltering(phase) ? 'bad' : 'good'),
  upheaval: always('bad'),
  refusal: refused,
  fatal: ({ phase, row }) => (phase === 'verify' ? readAgain(row) : 'bad'),
  medium: always('bad'),
  // Before anything of ours was sent that alters the medium, it can only be about the work of somebody else.
  deferred: ({ plan, phase }) => (isAltered(plan, phase) ? 'bad' : 'good'),
  hang: hung,
  'hang-for-good': always('bad'),
  reset: always('bad'),
  unplug: always('bad'),
  // A block of zeros that was lost is zeros all the same, and others are written again later.
  'lost-write': ({ phase }) => (phase === 'middle' ? 'bad' : 'either'),
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
