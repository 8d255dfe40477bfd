import { isAttempt } from './attempt-ref.js';
import { forgetOldJobs } from './ended-jobs.js';
import { isBehind } from './phases.js';

/** What each kind of event changes in the state of the page. */

const set = (map, key, value) => new Map(map).set(key, value);

const unset = (map, key) => {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
};

/** A drive that is not known is in a snapshot still to come, or removed. */
export const withDrive = (state, id, change) => {
  const drive = state.drives.get(id);
  return drive ? { ...state, drives: set(state.drives, id, { ...drive, ...change(drive) }) } : state;
};

const jobChanged = (state, job) => {
  const known = state.jobs.get(job.id);
  return known && known.rev > job.rev
    ? state
    : forgetOldJobs({ ...state, jobs: set(state.jobs, job.id, job) });
};

const imageChanged = (state, image) => ({ ...state, images: set(state.images, image.id, image) });

const driveRow = (state, row) => {
  const known = state.drives.get(row.id) ?? { holding: 'absent', revision: 0 };
  return { ...state, drives: set(state.drives, row.id, { ...known, ...row }) };
};

const OPEN = new Set(['assigned', 'underway']);

/** How far it is stays true until the next phase begins. */
const stillTrue = ({ attempt: known, progress }, attempt) =>
  progress && isAttempt(known, attempt) && !isBehind(progress.phase, attempt.phase) ? progress : undefined;

const attemptOpen = (state, attempt) => ({
  ...withDrive(state, attempt.drive, (known) => ({
    attempt: { job: attempt.job, copy: attempt.copy, attempt: attempt.number },
    progress: stillTrue(known, attempt),
    phase: attempt.phase,
  })),
  results: unset(state.results, attempt.drive),
});

/** What is told of an attempt of the past must not end the one that the drive is at. */
const attemptEnded = (state, attempt) => {
  const drive = state.drives.get(attempt.drive);
  if (!drive || (drive.attempt && !isAttempt(drive.attempt, attempt))) return state;
  const ended = { attempt: undefined, progress: undefined, phase: undefined };
  return {
    ...withDrive(state, attempt.drive, () => ended),
    results: set(state.results, attempt.drive, attempt),
  };
};

/** The result belongs to a disc: it is over when that was taken out, or the tray closed with whatever lies in it. */
const isTakenOut = (before, { holding, contents }) =>
  (contents === 'empty' && (holding === 'free' || holding === 'leased')) ||
  (before.contents === 'open' && (contents === 'loading' || contents === 'ready'));

const driveChanged = (state, { drive: id, ...status }) => {
  const before = state.drives.get(id);
  if (!before) return state;
  const next = withDrive(state, id, () => ({ holder: undefined, problem: undefined, ...status }));
  return isTakenOut(before, status) ? { ...next, results: unset(state.results, id) } : next;
};

const leased = (state, lease) => withDrive(state, lease.drive, () => ({ lease }));
const notLeased = (state, { drive }) => withDrive(state, drive, () => ({ lease: undefined }));

export const EVENTS = {
  'job.created': jobChanged,
  'job.advanced': jobChanged,
  'job.changed': jobChanged,
  'job.deleted': (state, { id }) => ({ ...state, jobs: unset(state.jobs, id) }),
  'attempt.advanced': (state, attempt) =>
    OPEN.has(attempt.state) ? attemptOpen(state, attempt) : attemptEnded(state, attempt),
  'image.created': imageChanged,
  'image.advanced': imageChanged,
  'image.deleted': (state, { id }) => ({ ...state, images: unset(state.images, id) }),
  'drive.appeared': driveRow,
  'drive.configured': driveRow,
  'drive.matched': (state, { drive }) => driveRow(state, drive),
  'drive.removed': (state, { id }) => ({ ...state, drives: unset(state.drives, id) }),
  'drive.changed': driveChanged,
  'medium.changed': (state, { drive, medium }) =>
    withDrive(state, drive, () => ({ medium: medium ?? undefined })),
  'lease.taken': leased,
  'lease.renewed': leased,
  'lease.released': notLeased,
  'lease.expired': notLeased,
  'lease.broken': notLeased,
};
