import { isAttempt } from './attempt-ref.js';
import { EVENTS, withDrive } from './events.js';
import { isBehind } from './phases.js';

/**
 * What the page knows of the daemon, as one immutable value; `reduce` takes each frame of /v1/events into it. Frames
 * may come twice: events are taken once by their sequence, and every event says what is now the case.
 */
export const UNKNOWN = {
  /** The last event that is in here, to resume from; `undefined` while something is still awaited. */
  position: undefined,
  epoch: undefined,
  /** Resources whose snapshot must come before the page is whole. */
  awaiting: ['jobs', 'drives', 'images'],
  drives: new Map(),
  jobs: new Map(),
  images: new Map(),
  /** By drive: the attempt that last ended on the medium that lies in it. */
  results: new Map(),
};

/** Resources that a caller with these scopes is told about. */
export const visibleResources = (scopes) =>
  scopes.includes('admin') || scopes.includes('jobs:read') ? ['jobs', 'drives', 'images'] : ['drives'];

const byId = (rows) => new Map(rows.map((row) => [row.id, row]));

/** Until all snapshots are here, a cut must lead to new snapshots: there is no position to resume from. */
const awaitSnapshots = (state, resources) => ({ ...state, position: undefined, awaiting: resources });

const snapshot = (state, { resource, seq, data }) => {
  const awaiting = state.awaiting.filter((name) => name !== resource);
  const isWhole = awaiting.length === 0;
  return {
    ...state,
    [resource]: byId(data),
    ...(resource === 'drives' && { results: new Map() }),
    awaiting,
    ...(isWhole && { position: { epoch: state.epoch, seq } }),
  };
};

const isOld = ({ position }, seq) => position !== undefined && seq <= position.seq;

const event = (state, { seq, kind, data }) => {
  if (isOld(state, seq)) return state;
  const next = EVENTS[kind]?.(state, data) ?? state;
  return next.position ? { ...next, position: { ...next.position, seq } } : next;
};

/** Progress that comes after the end of its attempt must not revive it. */
const attemptProgress = (state, data) => {
  const { job, copy, attempt, drive, ...at } = data;
  const ref = { job, copy, attempt };
  const result = state.results.get(drive);
  if (result && isAttempt(ref, result)) return state;
  return withDrive(state, drive, (known) =>
    isBehind(at.phase, known.phase) ? {} : { attempt: ref, progress: at },
  );
};

/** Of an image that is not known a snapshot is still to come. */
const imageProgress = (state, { image: id, ...at }) => {
  const known = state.images.get(id);
  return known ? { ...state, images: new Map(state.images).set(id, { ...known, progress: at }) } : state;
};

const progress = (state, { data }) =>
  'image' in data ? imageProgress(state, data) : attemptProgress(state, data);

/** The medium in the drive is the one that the attempt has proven. */
const lies = ({ drives, results }, { drive: id, proof }) => {
  const drive = drives.get(id);
  const fingerprint = drive?.medium?.fingerprint;
  return fingerprint !== undefined && proof?.mediumFingerprint === fingerprint && !results.has(id);
};

/** Attempts that ended before the page was opened: what lies in a drive may be known to be good. */
const past = (state, { attempts }) => ({
  ...state,
  results: new Map([
    ...attempts.filter((attempt) => lies(state, attempt)).map((attempt) => [attempt.drive, attempt]),
    ...state.results,
  ]),
});

const FRAMES = {
  welcome: (state, { epoch, recovered, resources }) =>
    recovered ? { ...state, epoch } : { ...awaitSnapshots(state, resources), epoch },
  gap: (state, { resources }) => awaitSnapshots(state, resources),
  snapshot,
  event,
  progress,
  past,
};

/** `resources` are those that this page is told about. */
export const reduce = (state, frame, resources = UNKNOWN.awaiting) =>
  FRAMES[frame.op]?.(state, { ...frame, resources }) ?? state;
