import { PHASES } from '../../../burn/progress.js';
import type { MediumAfter } from '../../../burn/medium-after.js';
import type { AttemptRef } from '../../../burn/journal-entry.js';
import type { Failure } from '../../../errors.js';
import { copyAfter, type EndedAttempt } from '../../after-attempt.js';
import { deriveJob, type JobFlags, needsPerson } from '../../derive-job.js';
import type { Copy, Reason } from '../../records.js';
import {
  ATTEMPT_TRANSITIONS,
  type AttemptState,
  type CopyState,
  isFinalAttempt,
  isFinalJob,
  JOB_TRANSITIONS,
  type JobState,
  wayTo,
} from '../../states.js';
import type { Ledger } from '../ledger.js';
import { summaryOf } from '../tables/attempts.js';
import type { JobRow } from '../tables/jobs.js';
import type { Tables } from '../tables/tables.js';
import { simulates } from '../../use-of.js';
import { fromJson } from '../row.js';

interface AttemptEnd {
  readonly problem?: Failure | undefined;
  readonly proof?: unknown;
  readonly mediumAfter?: MediumAfter | undefined;
  readonly mediumUnread?: boolean;
}

type Outcome = JobRow['outcome'];

/** The moves of jobs, copies and attempts: each a compare-and-set with its event. */
export interface Moves {
  /** Brings the job to what its copies say, whatever changed; tells it as moved or as changed. */
  readonly followCopies: (job: string) => void;
  /** Skips the copies that nobody has begun, for what keeps all of them from being made. */
  readonly skipPending: (job: string, problem: Failure) => void;
  readonly moveCopy: (copy: Copy, to: CopyState, problem?: Failure) => boolean;
  /** False when the attempt has no way to that state any more. */
  readonly moveAttempt: (ref: AttemptRef, to: AttemptState, end?: AttemptEnd) => boolean;
  /** Ends an attempt, moves its copy and its job. */
  readonly endAttempt: (ref: AttemptRef, to: AttemptState, end: AttemptEnd) => boolean;
  readonly tellAttempt: (ref: AttemptRef) => void;
  /** A client's move of a job that has no attempt underway, step by step. */
  readonly moveIdleJob: (job: JobRow, to: JobState) => void;
}

export const openMoves = (ledger: Ledger, tables: Tables): Moves => {
  const { jobs, copies, attempts, images } = tables;

  const tellJob = (id: string, kind: 'job.changed' | 'job.advanced'): void => {
    const row = jobs.byId(id);
    if (row) ledger.emit({ topic: `jobs/${id}`, kind, data: jobs.summary(row) });
  };

  const stepJob = (id: string, from: JobState, to: JobState, outcome: Outcome): void => {
    const now = ledger.now();
    const ending = isFinalJob(to) ? { outcome, endedAt: now } : { outcome: null, endedAt: null };
    if (!jobs.move({ id, from, to, ...ending, now })) throw new Error(`job ${id} moved away`);
    tellJob(id, from === to ? 'job.changed' : 'job.advanced');
  };

  const moveJob = ({ id, state }: JobRow, to: JobState, outcome: Outcome): void => {
    // A state that stays is one change too, so that every change has its revision and its event.
    const way = state === to ? [to] : wayTo<JobState>(JOB_TRANSITIONS, state, to);
    if (!way) throw new Error(`job ${id}: there is no way from ${state} to ${to}`);
    way.reduce((from, step) => {
      stepJob(id, from, step, outcome);
      return step;
    }, state);
  };

  /** Of several attempts, the phase of the one that is least far. */
  const phaseOf = ({ id, image }: JobRow): JobRow['phase'] => {
    const phases = new Set(attempts.openPhases(id));
    const first = PHASES.find((phase) => phases.has(phase));
    const made = image === null ? undefined : images.get(image);
    const isMastering = made?.state === 'mastering' && made.type !== 'read';
    return first ?? (isMastering ? 'master' : null);
  };

  const flagsOf = ({ state, cancelRequested, reasons }: JobRow): JobFlags => ({
    state,
    cancelRequested: cancelRequested === 1,
    needsPerson: needsPerson(fromJson<Reason[]>(reasons)),
  });

  const followCopies = (id: string): void => {
    const job = jobs.byId(id);
    if (!job || isFinalJob(job.state)) return;
    const { state, outcome } = deriveJob(jobs.counts(id), flagsOf(job));
    const isEnd = isFinalJob(state);
    if (isEnd) {
      jobs.setReasons(id, []);
      jobs.setProblem(id, lastProblem(id));
    }
    jobs.setPhase(id, isEnd ? null : phaseOf(job));
    moveJob(job, state, outcome ?? null);
    if (isEnd) dropImage(job, outcome === 'ok');
  };

  /**
   * What is still being made for this job alone is of no use any more, nor is what was read only to be copied once all
   * copies are good.
   */
  const dropImage = ({ id, image }: JobRow, allGood: boolean): void => {
    const request = jobs.request(id);
    const isMadeForIt = image !== null && jobs.imageOfRequest(id) === undefined;
    if (!isMadeForIt || jobs.openWithImage(image).length > 0) return;
    const isDone = allGood && request.type === 'copy' && !request.keepImage;
    if (images.get(image)?.state !== 'mastering' && !isDone) return;
    images.remove(image);
    ledger.emit({ topic: `images/${image}`, kind: 'image.deleted', data: { id: image } });
  };

  const lastProblem = (job: string): Failure | undefined =>
    copies
      .of(job)
      .filter(({ state }) => state === 'bad' || state === 'skipped')
      .at(-1)?.problem;

  const moveCopy = (copy: Copy, to: CopyState, problem?: Failure): boolean => {
    const { job, number, state: from } = copy;
    if (!copies.move({ job, number, from, to, problem })) return false;
    const moved = copies.get(job, number);
    if (moved) ledger.emit({ topic: `jobs/${job}`, kind: 'copy.advanced', data: moved });
    return true;
  };

  const skipPending = (job: string, problem: Failure): void => {
    for (const copy of copies.of(job)) if (copy.state === 'pending') moveCopy(copy, 'skipped', problem);
    followCopies(job);
  };

  const tellAttempt = (ref: AttemptRef): void => {
    const attempt = attempts.get(ref);
    if (!attempt) return;
    ledger.emit({ topic: `jobs/${ref.job}`, kind: 'attempt.advanced', data: summaryOf(attempt) });
  };

  const stepAttempt = (ref: AttemptRef, from: AttemptState, to: AttemptState, end: AttemptEnd): void => {
    const ending = isFinalAttempt(to) ? { ...end, endedAt: ledger.now() } : { endedAt: null };
    if (!attempts.move(ref, { from, to, ...ending })) throw new Error(`attempt of ${ref.job} moved away`);
    tellAttempt(ref);
  };

  const moveAttempt = (ref: AttemptRef, to: AttemptState, end: AttemptEnd = {}): boolean => {
    const state = attempts.get(ref)?.state;
    const way = (state && wayTo<AttemptState>(ATTEMPT_TRANSITIONS, state, to)) ?? [];
    if (!state || way.length === 0) return false;
    way.reduce((from, step) => {
      stepAttempt(ref, from, step, end);
      return step;
    }, state);
    return true;
  };

  /** An open attempt has a job and a copy that is active: the database says so. */
  const endedOf = (ref: AttemptRef): { copy: Copy; ended: EndedAttempt } => {
    const attempt = attempts.get(ref);
    const copy = copies.get(ref.job, ref.copy);
    const job = jobs.byId(ref.job);
    if (!attempt || !copy || !job) throw new Error(`attempt ${ref.attempt} of ${ref.job} lost its job`);
    const { touched, untouched, unaccepted } = attempts.tally(ref.job, ref.copy);
    const ended = {
      state: attempt.state,
      touched: attempt.touched,
      problem: attempt.problem,
      cancelRequested: job.cancelRequested === 1,
      touchedAttempts: touched,
      untouchedAttempts: untouched,
      unacceptedAttempts: unaccepted,
      maxAttempts: job.maxAttempts,
      simulated: simulates(jobs.request(ref.job)),
    };
    return { copy, ended };
  };

  const endAttempt = (ref: AttemptRef, to: AttemptState, end: AttemptEnd): boolean => {
    if (!moveAttempt(ref, to, end)) return false;
    const { copy, ended } = endedOf(ref);
    if (!moveCopy(copy, copyAfter(ended), ended.problem))
      throw new Error(`copy ${ref.copy} of ${ref.job} moved away`);
    followCopies(ref.job);
    return true;
  };

  const moveIdleJob: Moves['moveIdleJob'] = (job, to) => {
    moveJob(job, to, null);
  };

  return { followCopies, skipPending, moveCopy, moveAttempt, endAttempt, tellAttempt, moveIdleJob };
};
