import type { Medium } from '../../drive/medium.js';
import { blank } from '../../scsi/commands/blank.js';
import type { MediumExpectation } from '../medium-expectation.js';
import { isAppending } from '../placement.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn } from './recipe.js';
import { lastsFor, orElse, plannedCommand, stepOf } from './step-of.js';
import { wholeMediumMs } from './whole-medium-ms.js';

const BLANKING = {
  full: { type: 0, title: 'Blank the whole medium' },
  minimal: { type: 1, title: 'Blank the medium minimally' },
  session: { type: 6, title: 'Erase the last session' },
} as const;

const blanking = (blankingType: number, timeoutMs: number): PlannedCommand =>
  plannedCommand(blank, { immediate: true, blankingType, startAddressTrackNumber: 0 }, { timeoutMs });

/** Any may become a full one, where the drive knows no other. */
const commandsOf = (
  blankingType: number,
  { kind, capacity }: Medium,
): Pick<Step, 'command' | 'alternatives' | 'readyWithinMs'> => {
  const lasts = lastsFor(wholeMediumMs(kind, capacity));
  const isFull = blankingType === BLANKING.full.type;
  return {
    command: blanking(blankingType, lasts),
    alternatives: isFull ? [] : [orElse(blanking(BLANKING.full.type, lasts))],
    readyWithinMs: lasts,
  };
};

/**
 * MMC-5 §6.2. A full CD-RW takes tens of minutes to blank wholly; minimally, its tables go and its blocks stay
 * unreachable. Where only the last session was to go, no other blanking may take its place.
 */
export const blankMedium = ({ medium, options, placement }: Burn): Step => {
  const { type, title } = BLANKING[options.blanking];
  const alone = options.blanking === 'session' && isAppending(placement);
  return stepOf({
    do: 'blank',
    phase: 'format',
    title,
    alters: true,
    ...commandsOf(type, medium),
    ...(alone && { alternatives: [], leaves: withoutSession(medium, placement) }),
  });
};

interface SessionStart {
  readonly session: number;
  readonly start: number;
}

/** What lies before the place of the session stays. */
export const withoutSession = (
  { kind, tracks }: Medium,
  { session, start }: SessionStart,
): MediumExpectation => ({
  kind,
  status: 'appendable',
  sessions: session - 1,
  recordedTracks: tracks.filter((track) => !track.blank && track.session < session).length,
  nextWritable: start,
});

/** Where nothing is to be recorded afterwards. */
export const blankAs = (what: keyof typeof BLANKING, medium: Medium): Step => {
  const { type, title } = BLANKING[what];
  return stepOf({
    do: 'blank',
    phase: 'format',
    title,
    alters: true,
    ...commandsOf(type, medium),
  });
};
