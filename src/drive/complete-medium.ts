import { blanknessOf } from './blankness.js';
import { digestOf } from './medium-fingerprint.js';
import type { KnownMedium, Medium, PreviousSession } from './medium.js';
import { statesOf } from './medium-states.js';

/** Of the last closed session; none on media that keep no sessions. */
const previousSessionOf = ({ overwritable, sessions, tracks }: KnownMedium): PreviousSession | undefined => {
  if (overwritable || sessions === 0) return undefined;
  const ofIt = tracks.filter(({ session, blank }) => session === sessions && !blank);
  const [first, last] = [ofIt[0], ofIt.at(-1)];
  if (!first || !last) return undefined;
  return {
    number: sessions,
    start: first.start,
    lastRecorded: last.lastRecorded ?? Math.max(last.start, last.start + last.length - 1),
  };
};

const usedOf = (medium: KnownMedium, isBlank: boolean): number => {
  if (isBlank) return 0;
  if (medium.overwritable)
    return medium.volumeBlocks ?? (medium.readableUnknown ? medium.capacity : medium.readable);
  return Math.max(medium.nextWritable ?? 0, medium.readable);
};

/** At what speed a drive stands is no matter of the medium, and changes with each recording. */
const fingerprintOf = (known: KnownMedium): string => digestOf({ ...known, writePace: undefined });

/** A medium with all that follows from what was read. */
export const completeMedium = (known: KnownMedium): Medium => {
  const blankness = blanknessOf(known);
  const previousSession = previousSessionOf(known);
  return {
    ...known,
    states: statesOf(known),
    used: usedOf(known, blankness.probable),
    ...(previousSession && { previousSession }),
    blankness,
    fingerprint: fingerprintOf(known),
  };
};
