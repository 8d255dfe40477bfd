import { type Medium, isBlank } from '../drive/medium.js';
import type { Plan } from './plan.js';

/** What can still be done with a medium. */
export interface MediumAfter {
  readonly state: 'usable' | 'appendable' | 'needs-erase' | 'lost' | 'unknown';
  readonly remedy: string;
}

const UNKNOWN: MediumAfter = {
  state: 'unknown',
  remedy: 'Nobody could read what the medium is now; look at it before it is used again.',
};
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
  if (found?.kind !== kind) return UNKNOWN;
  if (isBlank(found)) return USABLE;
  if (found.erasable) return NEEDS_ERASE;
  return found.status === 'appendable' && found.nextWritable !== undefined && found.free > 0
    ? APPENDABLE
    : LOST;
};
