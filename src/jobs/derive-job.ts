import { type CopyState, type JobState, isFinalJob } from './states.js';

export interface JobFlags {
  readonly state: JobState;
  readonly cancelRequested: boolean;
  /** One of the job's reasons is a matter for a person or a robot. */
  readonly needsPerson: boolean;
}

interface DerivedJob {
  readonly state: JobState;
  readonly outcome?: 'ok' | 'partial';
}

/** What is the case while copies are pending and none is active. A job that has begun runs on between two discs. */
const idle = ({ state, needsPerson }: JobFlags): JobState => {
  if (state === 'held') return 'held';
  if (needsPerson) return 'waiting';
  return state === 'waiting' ? 'queued' : state;
};

const ended = ({ good, bad, skipped, canceled }: Readonly<Record<CopyState, number>>): DerivedJob => {
  if (canceled > 0) return { state: 'canceled' };
  if (good === 0) return { state: 'failed' };
  return { state: 'completed', outcome: bad + skipped > 0 ? 'partial' : 'ok' };
};

/** The state of a job from the number of its copies in each state; a copy is active while an attempt at it is open. */
export const deriveJob = (copies: Readonly<Record<CopyState, number>>, flags: JobFlags): DerivedJob => {
  if (isFinalJob(flags.state)) return { state: flags.state };
  if (copies.active > 0) return { state: flags.cancelRequested ? 'canceling' : 'running' };
  return copies.pending > 0 ? { state: idle(flags) } : ended(copies);
};

/** Reasons that go away only when somebody does something at the drive, beside those that begin with `medium-`. */
const PERSON_NEEDED: ReadonlySet<string> = new Set([
  'insert-blank',
  'insert-medium',
  'verify-other-medium',
  'track-unknown',
  'track-not-data',
  'format-unsupported',
  'secure-erase-unsupported',
  'session-erase-unsupported',
  'deformat-unsupported',
  'recovery-not-needed',
  'recovery-unsupported',
  'wrong-medium',
  'tray-open',
  'drive-faulted',
  'confirm-destructive',
  'operator-decision',
  'simulate-unsupported',
  'speed-unsupported',
  'close-unsupported',
  'write-mode-unsupported',
  'overburn-unsupported',
  'image-misplaced',
  'plan-stale',
]);

export const needsPerson = (reasons: readonly { readonly code: string }[]): boolean =>
  reasons.some(({ code }) => code.startsWith('medium-') || PERSON_NEEDED.has(code));
