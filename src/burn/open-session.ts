import type { Medium, Track } from '../drive/medium.js';
import { isCd } from '../drive/speeds.js';

/**
 * Tracks of the session that is not closed, as far as anything is recorded of them. That can be the pre-gap alone of one
 * that a cue sheet laid out, which lies before it.
 */
const recordedIn = ({ kind, tracks, sessions }: Medium): Track[] =>
  tracks.filter(({ blank, reserved, session }) => (!blank || (isCd(kind) && reserved)) && session > sessions);

/** Something was recorded into a session that is not closed, finished or not. */
export const isSessionOpen = (medium: Medium): boolean =>
  (medium.lastSession === 'incomplete' || medium.lastSession === 'damaged') && recordedIn(medium).length > 0;

/**
 * An interrupted blanking left the tables of a rewritable medium to themselves: no track of it says that it is damaged or
 * goes on, so that nothing is there to close.
 */
export const isHalfBlanked = (medium: Medium): boolean =>
  medium.erasable &&
  medium.lastSession === 'damaged' &&
  recordedIn(medium).every(({ damaged, nextWritable }) => !damaged && nextWritable === undefined);

/** The last track of the open session, which may be closed already: no drive says that. */
export const openTrackOf = (medium: Medium): Track | undefined => recordedIn(medium).at(-1);
