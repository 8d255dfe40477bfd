import type { Medium, Track } from '../drive/medium.js';

/**
 * The last session by its first track, as a drive can erase it alone (MMC-5 §6.2, blanking type 6): one that is not closed has no end
 * by which a drive would find what belongs to it. Undefined where there is none.
 */
export const lastClosedSession = ({ lastSession, sessions, tracks }: Medium): Track | undefined =>
  lastSession === 'incomplete' || lastSession === 'damaged'
    ? undefined
    : tracks.find(({ session, blank }) => session === sessions && !blank);
