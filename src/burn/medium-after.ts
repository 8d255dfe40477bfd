import { z } from 'zod';
import { type Medium, isBlank } from '../drive/medium.js';
import type { Plan } from './plan.js';
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
/** Of a worker that died while it altered the medium. */
export const INTERRUPTED_MEDIUM: MediumAfter = {
  state: 'unknown',
  remedy:
    'The worker died while the medium was altered. It is read again; where it was taken out before that, look at it in a drive before it is used. A job of type `recover` closes or finishes what was left undone, where there is a way.',
};
const UNPROVEN_REMEDY =
  'The medium is closed and may be good; compare it with its source before it is erased.';
const USABLE: MediumAfter = { state: 'usable', remedy: 'The medium is blank and can be used again.' };
const NEEDS_ERASE: MediumAfter = {
  state: 'needs-erase',
  remedy: 'The medium can be used again with onNonBlank: erase.',
};
const APPENDABLE: MediumAfter = {
  state: 'appendable',
  remedy: 'The recording is not complete; the medium is still open, but Spindle needs a blank one.',
};
const LOST: MediumAfter = { state: 'lost', remedy: 'The medium is lost; use another one.' };

const RECOVERABLE =
  'A job of type `recover` brings it into order again; its plan says whether what is on the medium stays.';

const isRecoverable = (found: Medium): boolean => treatmentsFor(found)?.recover?.(found) !== undefined;

/** Increments go on once their end is repaired; whatever else is damaged stays so. */
const isRepairable = ({ tracks }: Medium): boolean =>
  tracks.some(({ damaged, packets }) => damaged && packets === true);

const isAppendable = (found: Medium): boolean =>
  found.status === 'appendable' && found.nextWritable !== undefined && found.free > 0;

const found = (medium: Medium): MediumAfter => {
  if (isBlank(medium)) return USABLE;
  if (medium.erasable) return NEEDS_ERASE;
  return isAppendable(medium) ? APPENDABLE : LOST;
};

/** After a failure, what the medium is that was read again. */
export const mediumAfter = ({ medium: kind }: Plan, read: Medium | undefined): MediumAfter => {
  if (read?.kind !== kind) return UNKNOWN_MEDIUM;
  const after = found(read);
  if (!isRecoverable(read)) return after;
  if (after !== LOST) return { ...after, remedy: `${after.remedy} ${RECOVERABLE}` };
  return isRepairable(read)
    ? { state: 'appendable', remedy: `The recording is not complete. ${RECOVERABLE}` }
    : LOST;
};

/** The same where only the verification was not finished: what is closed is not lost. */
export const mediumUnproven = (plan: Plan, found: Medium | undefined): MediumAfter => {
  const after = mediumAfter(plan, found);
  if (after.state === 'lost') return UNPROVEN;
  return after.state === 'needs-erase' ? { ...after, remedy: UNPROVEN_REMEDY } : after;
};
