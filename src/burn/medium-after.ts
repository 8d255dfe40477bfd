import { z } from 'zod';
import { type Medium, holdsRecording, isBlank } from '../drive/medium.js';
import { isAppending, isWithin } from './placement.js';
import type { BurnPlan, Plan } from './plan.js';
import type { Treatment } from './recipes/recipe.js';
import { treatmentsFor } from './recipes/recipe-for.js';

const MEDIUM_STATES = ['usable', 'appendable', 'needs-erase', 'lost', 'unknown'] as const;

/** What can still be done with a medium. */
export const mediumAfterSchema = z
  .object({
    state: z.enum(MEDIUM_STATES).meta({
      description:
        '`usable`: blank. `needs-erase`: rewritable, holds something. `appendable`: open, not blank. `lost`: closed or damaged for good. `unknown`: nobody could tell',
    }),
    remedy: z.string(),
    recording: z
      .string()
      .exactOptional()
      .meta({ description: '`recording` of the medium, by which it is known' }),
  })
  .meta({ id: 'MediumAfter' });
export type MediumAfter = z.infer<typeof mediumAfterSchema>;

const UNKNOWN_MEDIUM: MediumAfter = {
  state: 'unknown',
  remedy:
    'Nobody could read what the medium is now; put it into a drive that works and look at it before it is used again.',
};
const UNPROVEN: MediumAfter = {
  state: 'unknown',
  remedy: 'The medium is closed and may be good; compare it with its source, or burn another one.',
};
const LOOK_FIRST =
  'look at it in a drive before it is used. A job of type `recover` closes or finishes what was left undone, where there is a way.';
/** Of a worker that died while it altered the medium; until that has been read. */
export const INTERRUPTED_MEDIUM: MediumAfter = {
  state: 'unknown',
  remedy: `The worker died while the medium was altered. It is read as soon as its drive answers; where it is taken out before that, ${LOOK_FIRST}`,
};
/** The same where somebody was faster: what lies in the drive now is another one, or nothing, or may be. */
export const MEDIUM_TAKEN_OUT: MediumAfter = {
  state: 'unknown',
  remedy: `The worker died while the medium was altered, and before it was read it was taken out, or its drive says that it may be another one: ${LOOK_FIRST}`,
};
/** The same where the drive was about to say that in any case. */
export const MEDIUM_AMBIGUOUS: MediumAfter = {
  state: 'unknown',
  remedy: `The worker died when it had begun to format or to close the medium. Its drive tells of a new medium since, as drives do after that and after an exchange alike: ${LOOK_FIRST}`,
};
const UNPROVEN_REMEDY =
  'The medium is closed and may be good; compare it with its source before it is erased.';
const USABLE: MediumAfter = { state: 'usable', remedy: 'The medium is blank and can be used again.' };
const UNPROVEN_OPEN =
  'The recording is complete and may be good; compare it with its source before more is appended.';
const NEEDS_ERASE: MediumAfter = {
  state: 'needs-erase',
  remedy: 'The medium can be used again with onNonBlank: erase.',
};
/** Some places of it are looked at, and there it is blank. */
const HALF_OVERWRITTEN: MediumAfter = {
  state: 'needs-erase',
  remedy:
    'It is not proven that all blocks were overwritten: what was on the medium may still be read there. Erase it once more; it can be recorded with onNonBlank: erase.',
};
const APPENDABLE: MediumAfter = {
  state: 'appendable',
  remedy:
    'The recording is not complete; another session can follow it with onNonBlank: append, and import: false where it cannot be read.',
};
/** Closed in time, or by what was tried after the failure. */
const BAD_SESSION: MediumAfter = {
  state: 'appendable',
  remedy:
    'Its last session is closed and must be taken for bad; another one can follow it with onNonBlank: append, and import: false where it cannot be read.',
};
const NOTHING_APPENDED: MediumAfter = {
  state: 'appendable',
  remedy: 'Nothing was recorded behind what was there; append again with onNonBlank: append.',
};
/** What was to grow is as it was: its descriptors come last, and whatever was recorded behind it nobody sees. */
const NOT_GROWN: MediumAfter = {
  state: 'appendable',
  remedy:
    'The volume that was there is still on it, whole; append again with onNonBlank: append. With onNonBlank: erase it would be lost.',
};
/** Its descriptors were being written anew, one after the other: each leaves it whole to some readers, and within a volume to all. */
const GROWN_OR_NOT: MediumAfter = {
  state: 'appendable',
  remedy:
    'The volume is on it, as it was or with what is new: mount it to see which, and where something is missing append again with onNonBlank: append. With onNonBlank: erase it would be lost.',
};
const OPEN: MediumAfter = {
  state: 'appendable',
  remedy: 'The recording is not complete and its session is open: nothing can follow before that is closed.',
};
const DAMAGED: MediumAfter = { state: 'appendable', remedy: 'The recording is not complete.' };
const LOST: MediumAfter = { state: 'lost', remedy: 'The medium is lost; use another one.' };

const SPENT: MediumAfter = { state: 'lost', remedy: 'Nothing more can be recorded on the medium.' };

const RECOVERABLE =
  'A job of type `recover` brings it into order again; its plan says whether what is on the medium stays.';

const ENDS_DISC = 'That closes the disc: nothing can follow what is on it.';

const isAppendable = (found: Medium): boolean =>
  found.status === 'appendable' && found.nextWritable !== undefined && found.free > 0;

const appends = (plan: Plan): plan is BurnPlan => plan.do === 'burn' && isAppending(plan.placement);

/** What another session can follow, by whether that of the plan is there. */
const betweenSessions = (plan: Plan, { sessions }: Medium): MediumAfter => {
  if (plan.do === 'burn' && sessions >= plan.placement.session) return BAD_SESSION;
  return appends(plan) ? NOTHING_APPENDED : APPENDABLE;
};

/** Increments are repaired, and a track of a CD is closed where it broke off; whatever else is damaged stays so. */
const becomesAppendable = (recovery: Treatment | undefined): boolean =>
  recovery?.expects.status === 'appendable';

const beforeRecovery = (plan: Plan, medium: Medium, recovery: Treatment | undefined): MediumAfter => {
  if (isBlank(medium)) return USABLE;
  const goesOn = isAppendable(medium) || becomesAppendable(recovery);
  // What can be erased is not to be where a session was to follow others, and still can.
  if (medium.erasable && !(appends(plan) && goesOn)) return NEEDS_ERASE;
  if (!goesOn) return appends(plan) ? SPENT : LOST;
  if (!isAppendable(medium)) return DAMAGED;
  return medium.lastSession === 'empty' ? betweenSessions(plan, medium) : OPEN;
};

const found = (plan: Plan, medium: Medium): MediumAfter => {
  const recovery = treatmentsFor(medium)?.recover?.(medium, {});
  const after = beforeRecovery(plan, medium, recovery);
  if (!recovery || after.state === 'lost') return after;
  const how = recovery.expects.status === 'complete' ? `${RECOVERABLE} ${ENDS_DISC}` : RECOVERABLE;
  return { ...after, remedy: `${after.remedy} ${how}` };
};

/** A volume that was to grow on a medium without sessions, and still begins with the same blocks. */
const isOldVolume = (plan: Plan, read: Medium): boolean =>
  appends(plan) &&
  read.overwritable &&
  read.contents === 'volume' &&
  plan.goesOnWith !== undefined &&
  holdsRecording(read, plan.goesOnWith);

/** A volume whose descriptors were being written anew, and which still is one: where it was to grow, one that reaches into what is new. */
const holdsVolume = (plan: Plan, read: Medium): boolean =>
  appends(plan) &&
  read.contents === 'volume' &&
  (isWithin(plan.placement) || (read.overwritable && (read.volumeBlocks ?? 0) > plan.placement.start));

/** Sessions that were closed before, as far as the drive still knows them. */
const keptSessions = (plan: Plan, { overwritable, sessions }: Medium): number =>
  !overwritable && appends(plan) ? Math.min(sessions, plan.placement.session - 1) : 0;

const tellOfKept = (after: MediumAfter, kept: number): MediumAfter =>
  kept === 0
    ? after
    : {
        ...after,
        remedy: `${after.remedy} ${kept === 1 ? 'The session before it is' : `The ${kept} sessions before it are`} still on it.`,
      };

const overwritesAll = (plan: Plan): boolean => plan.do === 'erase' && plan.options.method !== 'quick';

/** After a failure, what the medium is that was read again. */
export const mediumAfter = (plan: Plan, read: Medium | undefined): MediumAfter => {
  if (read?.kind !== plan.medium) return UNKNOWN_MEDIUM;
  if (overwritesAll(plan) && read.overwritable && read.formatted && isBlank(read)) return HALF_OVERWRITTEN;
  if (isOldVolume(plan, read)) return NOT_GROWN;
  if (holdsVolume(plan, read)) return GROWN_OR_NOT;
  return tellOfKept(found(plan, read), keptSessions(plan, read));
};

/** The same where only the verification was not finished: what is closed is not lost. */
export const mediumUnproven = (plan: Plan, read: Medium | undefined): MediumAfter => {
  const after = mediumAfter(plan, read);
  if (after.state === 'lost') return UNPROVEN;
  if (after.state === 'appendable')
    return tellOfKept({ ...after, remedy: UNPROVEN_OPEN }, read ? keptSessions(plan, read) : 0);
  return after.state === 'needs-erase' ? { ...after, remedy: UNPROVEN_REMEDY } : after;
};
