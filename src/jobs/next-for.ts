import { attemptKey } from '../burn/journal-entry.js';
import { isUnsupported } from '../drive/medium-kind.js';
import { holdsRecording, isBlank, type Medium } from '../drive/medium.js';
import type { Reason } from './records.js';
import { isAppend } from './request.js';
import { isAltering, isOfDiscAtHand, needsImage } from './use-of.js';
import type { Candidate } from './store/store.js';
import { isMadeFor, unlikeMadeFor, unlikeNamed, usedMedium } from './wrong-medium.js';

/** What choosing must know of a drive that has no attempt of its own. */
export interface FreeDrive {
  readonly id: string;
  readonly accepting: boolean;
  readonly enabled: boolean;
  /** Why it takes nothing: who holds it, or what is the matter with it. */
  readonly held?: Omit<Reason, 'drive'>;
  /** Attempts that have had it since its medium was put there, by `attemptKey`; absent where that was not seen. */
  readonly attemptsSince?: ReadonlySet<string>;
}

export interface Choice {
  readonly candidate: Candidate | undefined;
  /** Of each job that would take this drive and comes before the chosen one: why it was passed over. */
  readonly objections: ReadonlyMap<string, Reason>;
}

type Objection = Omit<Reason, 'drive'> | undefined;

const ofDrive = ({ accepting, enabled, held }: FreeDrive): Objection => {
  if (!enabled) return { code: 'drive-disabled' };
  return accepting ? held : { code: 'drives-draining' };
};

/**
 * A copy of this very job lies in the drive, or what a failed attempt left; it must never make room for the next copy.
 * It has lain there since, or it is a good copy that was taken out and put in again: it is known by what is on it.
 */
const isUsed = (
  { id, attemptsSince }: FreeDrive,
  medium: Medium,
  { used, made, request }: Candidate,
): boolean =>
  // What a job appends to may be the medium on which it failed before: no other copy of it exists.
  !isAppend(request) &&
  (used.some((one) => one.drive === id && attemptsSince?.has(attemptKey(one)) !== false) ||
    made.some((mark) => holdsRecording(medium, mark)));

const ofRecording = (medium: Medium, { use }: Candidate): Objection => {
  if (use.do !== 'burn') return undefined;
  const { onNonBlank } = use.options;
  if (isBlank(medium) || onNonBlank === 'append') return undefined;
  if (onNonBlank === 'reject') return { code: 'medium-not-blank' };
  return medium.erasable || medium.overwritable ? undefined : { code: 'medium-not-erasable' };
};

const BLOCK_BYTES = 2048;

/** A CD may take more than its capacity, and a BD another one by the format that it is given: only the plan knows how much. */
const asksForRoom = ({ use }: Candidate): boolean =>
  use.do === 'burn' && (use.options.overburn || use.options.pseudoOverwrite || use.options.spares !== 'auto');

const ofSize = (medium: Medium, candidate: Candidate): Objection => {
  const blocks = Math.ceil((candidate.imageBytes ?? 0) / BLOCK_BYTES);
  return blocks > medium.capacity && !asksForRoom(candidate)
    ? { code: 'medium-too-small', detail: `${blocks} of ${medium.capacity} blocks` }
    : undefined;
};

/** Another medium than the one that the job or its image is about. */
const ofBinding = (medium: Medium, { request, madeFor }: Candidate): Objection => {
  const named = 'recording' in request ? request.recording : undefined;
  return (
    (named === undefined ? undefined : unlikeNamed(medium, named)) ??
    (madeFor && unlikeMadeFor(medium, madeFor))
  );
};

const againstMedium = (drive: FreeDrive, medium: Medium, candidate: Candidate): Objection => {
  // The drive's last report may be of the disc that lay there before: the plan, for which it reads its disc again, judges this one.
  if (isOfDiscAtHand(candidate.request, candidate.kind)) return undefined;
  if (isUsed(drive, medium, candidate)) return usedMedium(medium);
  if (!isAltering(candidate.kind)) return undefined;
  if (isUnsupported(medium)) return { code: 'medium-unsupported', detail: medium.kind };
  if (medium.writeProtected) return { code: 'medium-write-protected' };
  return ofSize(medium, candidate) ?? ofBinding(medium, candidate) ?? ofRecording(medium, candidate);
};

const ofMedium = (drive: FreeDrive, medium: Medium | undefined, candidate: Candidate): Objection =>
  medium
    ? againstMedium(drive, medium, candidate)
    : { code: candidate.kind === 'disc' ? 'insert-blank' : 'insert-medium' };

const ofEither = (drive: FreeDrive, medium: Medium | undefined, candidate: Candidate): Reason | undefined => {
  const objection = ofDrive(drive) ?? ofMedium(drive, medium, candidate);
  return objection && { ...objection, drive: drive.id };
};

/** The image of what is appended is made only for a drive and a medium against which nothing speaks. */
const isToBePlaced = ({ image, request }: Candidate): boolean => image === undefined && isAppend(request);

const reasonAgainst = (
  drive: FreeDrive,
  medium: Medium | undefined,
  candidate: Candidate,
): Reason | undefined => {
  const placing = isToBePlaced(candidate) ? ofEither(drive, medium, candidate) : undefined;
  if (placing) return placing;
  // No drive can do anything about that.
  if (needsImage(candidate.kind) && candidate.imageState !== 'ready') return { code: 'image-not-ready' };
  return ofEither(drive, medium, candidate);
};

/** Whether an image may be made for the medium in a drive. */
export const mayBePlaced = (drive: FreeDrive, medium: Medium | undefined, candidate: Candidate): boolean =>
  isToBePlaced(candidate) &&
  (candidate.drives?.includes(drive.id) ?? true) &&
  ofEither(drive, medium, candidate) === undefined;

/** A drive and the medium that was last seen in it. */
export interface SeenMedium {
  readonly drive: FreeDrive;
  readonly medium: Medium | undefined;
}

/**
 * Whether the image of what is appended was made for a medium that is nowhere any more, as after another job has
 * appended to it, while one that is there could take the job.
 */
export const isOvertaken = (candidate: Candidate, seen: readonly SeenMedium[]): boolean => {
  const { image, madeFor, ...unplaced } = candidate;
  if (image === undefined || !madeFor || candidate.imageState !== 'ready') return false;
  return (
    !seen.some(({ medium }) => medium && isMadeFor(medium, madeFor)) &&
    seen.some(({ drive, medium }) => mayBePlaced(drive, medium, unplaced))
  );
};

/**
 * The copy that a free drive takes next: the first candidate, best first as the store lists them, that drive and
 * medium suit. It looks at what is certain; the plan, made in the drive's worker, has the last word.
 */
export const nextFor = (
  drive: FreeDrive,
  medium: Medium | undefined,
  candidates: readonly Candidate[],
): Choice => {
  const objections = new Map<string, Reason>();
  const asking = candidates.filter(({ drives }) => drives?.includes(drive.id) ?? true);
  for (const candidate of asking.toSorted(byPriorityThenAge)) {
    const reason = reasonAgainst(drive, medium, candidate);
    if (!reason) return { candidate, objections };
    objections.set(candidate.job, reason);
  }
  return { candidate: undefined, objections };
};

/** ULIDs sort by time. */
const byPriorityThenAge = (a: Candidate, b: Candidate): number =>
  b.priority - a.priority || (a.job < b.job ? -1 : 1);
