import { z } from 'zod';
import { type Medium, isBlank } from '../drive/medium.js';
import type { Plan } from './plan.js';

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
    'The worker died while the medium was altered. It is read again; where it was taken out before that, look at it in a drive before it is used.',
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

/** After a failure, what the medium is that was read again. */
export const mediumAfter = ({ medium: kind }: Plan, found: Medium | undefined): MediumAfter => {
  if (found?.kind !== kind) return UNKNOWN_MEDIUM;
  if (isBlank(found)) return USABLE;
  if (found.erasable) return NEEDS_ERASE;
  return found.status === 'appendable' && found.nextWritable !== undefined && found.free > 0
    ? APPENDABLE
    : LOST;
};

/** The same where only the verification was not finished: what is closed is not lost. */
export const mediumUnproven = (plan: Plan, found: Medium | undefined): MediumAfter => {
  const after = mediumAfter(plan, found);
  if (after.state === 'lost') return UNPROVEN;
  return after.state === 'needs-erase' ? { ...after, remedy: UNPROVEN_REMEDY } : after;
};
