import { blank } from '../../scsi/commands/blank.js';
import type { MediumExpectation } from '../medium-expectation.js';
import { isAppending } from '../placement.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn } from './recipe.js';
import { TIMEOUT_MS, UNDERWAY, orElse, plannedCommand, stepOf } from './step-of.js';

const BLANKING = {
  full: { type: 0, title: 'Blank the whole medium' },
  minimal: { type: 1, title: 'Blank the medium minimally' },
  session: { type: 6, title: 'Erase the last session' },
} as const;

const blanking = (blankingType: number): PlannedCommand =>
  plannedCommand(
    blank,
    { immediate: true, blankingType, startAddressTrackNumber: 0 },
    { timeoutMs: TIMEOUT_MS.long },
  );

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
    command: blanking(type),
    alternatives: alone || type === BLANKING.full.type ? [] : [orElse(blanking(BLANKING.full.type))],
    ...(alone && { leaves: withoutSession(medium, placement) }),
    ...UNDERWAY,
  });
};

/** Where nothing is to be recorded afterwards. */
export const blankAs = (what: 'full' | 'minimal'): Step => {
  const { type, title } = BLANKING[what];
  return stepOf({
    do: 'blank',
    phase: 'format',
    title,
    alters: true,
    command: blanking(type),
    alternatives: what === 'full' ? [] : [orElse(blanking(BLANKING.full.type))],
    ...UNDERWAY,
  });
};

/** What lies before the place of the image stays. */
const withoutSession = (
  { kind, tracks }: Burn['medium'],
  { session, start }: Burn['placement'],
): MediumExpectation => ({
  kind,
  status: 'appendable',
  sessions: session - 1,
  recordedTracks: tracks.filter((track) => !track.blank && track.session < session).length,
  nextWritable: start,
});
