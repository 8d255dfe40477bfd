import type { Medium, Track } from '../drive/medium.js';
import { isHalfBlanked, isSessionOpen } from './open-session.js';

/**
 * The last session by its first track, as a drive can erase it alone (MMC-5 §6.2, blanking type 6): one that is not closed has no end
 * by which a drive would find what belongs to it. Undefined where there is none.
 */
export const lastClosedSession = ({ lastSession, sessions, tracks }: Medium): Track | undefined =>
  lastSession === 'incomplete' || lastSession === 'damaged'
    ? undefined
    : tracks.find(({ session, blank }) => session === sessions && !blank);

/** Why there is none that can be erased by itself. Recovery closes what was left open, and blanks all of what was blanked in part. */
export const withoutClosedSession = (medium: Medium): string => {
  const { kind, sessions } = medium;
  if (kind !== 'cd-rw') return `No session of the ${kind} medium can be erased by itself.`;
  if (isHalfBlanked(medium))
    return 'Blanking the cd-rw medium was cut short: nobody can tell its sessions any more. A job of type recover blanks all of it.';
  return sessions > 0 || isSessionOpen(medium)
    ? 'The last session of the cd-rw medium was not closed: a job of type recover closes it.'
    : 'Nothing is recorded on the cd-rw medium.';
};
