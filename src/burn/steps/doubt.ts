import { isUnexplained, type Outcome } from '../../drive/drive-session.js';
import type { ErrorCode, SpindleError } from '../../errors.js';
import { synchronizeCache } from '../../scsi/commands/synchronize-cache.js';
import { SENSE_KEYS } from '../../scsi/sense.js';
import { synchronizing, verifying } from '../recipes/shared-steps.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Run } from './run.js';
import { stepFailure } from './step-failure.js';

/**
 * Why nobody knows whether a command was done that alters the medium: the drive gave no reason for CHECK CONDITION, or the
 * host gave up. Some bridges hold back what was to be answered at once, and give up themselves after half a minute.
 */
export type Doubt = 'unexplained' | 'unanswered';

/** The link failed, and not because the drive is gone or was reset by somebody. */
const UNANSWERED: ReadonlySet<ErrorCode> = new Set(['drive-timeout', 'drive-link-failed']);

export const doubtOf = ({ readyWithinMs }: Step, outcome: Outcome): Doubt | undefined => {
  if (outcome.ok) return undefined;
  if (isUnexplained(outcome)) return 'unexplained';
  const isWaitedFor = outcome.status === 'transport-error' && readyWithinMs > 0;
  return isWaitedFor && UNANSWERED.has(outcome.error.code) ? 'unanswered' : undefined;
};

/** SYNCHRONIZE CACHE, under whatever name it goes. */
export const isFlush = ({ command }: Step): boolean =>
  command !== undefined && Number.parseInt(command.cdb.slice(0, 2), 16) === synchronizeCache.opcode;

const CLOSES_SESSION: ReadonlySet<Step['do']> = new Set(['close-session', 'close-disc']);

/** What is found on the medium afterwards says whether a session was closed, where there are sessions. */
const showsSessions = (run: Run, { expects = run.plan.expected }: Step): boolean =>
  expects.sessions !== undefined || expects.status !== undefined;

/**
 * What is asked to learn more. A flush without the immediate bit is answered when it is done. What was done already is
 * refused when it is sent once more, or done once more, which changes nothing; but a drive might close the next
 * session, and an hour's work is not begun anew.
 */
export const questionAfter = (run: Run, step: Step, doubt: Doubt): PlannedCommand | undefined => {
  if (isFlush(step)) return synchronizing(false);
  if (doubt === 'unanswered' || (CLOSES_SESSION.has(step.do) && showsSessions(run, step))) return undefined;
  return step.command;
};

/** A drive that refuses what it was asked once more has done it, or never will: the medium tells. */
export const isRefused = (outcome: Outcome): boolean => outcome.sense?.key === SENSE_KEYS.illegalRequest;

/** From here on only what is read back from the medium can prove that the work was done. */
export const noteDoubt = (run: Run, step: Step, error: SpindleError): void => {
  run.doubt ??= stepFailure(step, error);
};

/** A recording that somebody doubts is good only when all of it was read back, whatever was asked for. */
export const readBackOwed = ({ plan, doubt, hastyMs }: Run): readonly Step[] => {
  if ((doubt === undefined && hastyMs === undefined) || plan.do !== 'burn' || plan.options.simulate)
    return [];
  if (plan.options.verify === 'full') return [];
  return [verifying({ parts: plan.placement.parts, mode: 'full' })];
};
