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
  remedy: `The worker died while the medium was formatted or closed. Its drive tells of a new medium since, as drives do after that and after an exchange alike: ${LOOK_FIRST}`,
};
const UNPROVEN_REMEDY =
  'The medium is closed and may be good; compare it with its source before it is erased.';
const USABLE: MediumAfter = { state: 'usable', remedy: 'The medium is blank and can be used again.' };
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
const LOST: MediumAfter = { state: 'lost', remedy: 'The medium is lost; use another one.' };

const SPENT: MediumAfter = { state: 'lost', remedy: 'Nothing more can be recorded on the medium.' };

const RECOVERABLE =
  'A job of type `recover` brings it into order again; its plan says whether what is on the medium stays.';

const ENDS_DISC = 'That closes the disc: nothing can follow what is on it.';

const recoveryOf = (found: Medium): Treatment | undefined => treatmentsFor(found)?.recover?.(found, {});

/** Increments go on once their end is repaired; whatever else is damaged stays so. */
const isRepairable = ({ tracks }: Medium): boolean =>
  tracks.some(({ damaged, packets }) => damaged && packets === true);

const isAppendable = (found: Medium): boolean =>
  found.status === 'appendable' && found.nextWritable !== undefined && found.free > 0;

const found = (medium: Medium, appending: boolean): MediumAfter => {
  if (isBlank(medium)) return USABLE;
  if (medium.erasable) return NEEDS_ERASE;
  if (isAppendable(medium)) return medium.lastSession === 'empty' ? APPENDABLE : OPEN;
  return appending ? SPENT : LOST;
};

const withRecovery = (read: Medium, after: MediumAfter): MediumAfter => {
  const recovery = recoveryOf(read);
  if (!recovery) return after;
  const how = recovery.expects.status === 'complete' ? `${RECOVERABLE} ${ENDS_DISC}` : RECOVERABLE;
  if (after.state !== 'lost') return { ...after, remedy: `${after.remedy} ${how}` };
  return isRepairable(read)
    ? { state: 'appendable', remedy: `The recording is not complete. ${how}` }
    : after;
};

const appends = (plan: Plan): plan is BurnPlan => plan.do === 'burn' && isAppending(plan.placement);

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
  const after = withRecovery(read, found(read, appends(plan)));
  return tellOfKept(after, keptSessions(plan, read));
};

/** The same where only the verification was not finished: what is closed is not lost. */
export const mediumUnproven = (plan: Plan, found: Medium | undefined): MediumAfter => {
  const after = mediumAfter(plan, found);
  if (after.state === 'lost') return UNPROVEN;
  return after.state === 'needs-erase' ? { ...after, remedy: UNPROVEN_REMEDY } : after;
};
