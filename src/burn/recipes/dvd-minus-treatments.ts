/** How DVD-R, DVD-RW and DVD-R DL are erased, closed and brought into order as long as they are recorded in sequence. */
import type { Medium, Track } from '../../drive/medium.js';
import { isHalfBlanked, isSessionOpen, openTrackOf } from '../open-session.js';
import type { PlanWarning } from '../plan.js';
import type { Step } from '../step.js';
import type { EraseMethod } from '../use.js';
import { CLOSES_DISC, closingTreatment } from './closing-treatments.js';
import { DVD_MINUS_PARAMETERS } from './dvd-minus-parameters.js';
import type { Recipe, Treatment } from './recipe.js';
import type { DrivePage } from './drive-page.js';
import { blankAs } from './blank-steps.js';
import { close, closeBySynchronizing, closeTrackOnceMore, repairTrack } from './close-steps.js';
import { synchronize } from './shared-steps.js';

const { selectForClosing } = DVD_MINUS_PARAMETERS;

const LAYER_JUMP_PROFILE = 0x16;

const AT_ONCE_ONLY: PlanWarning = {
  code: 'at-once-only',
  detail:
    'Blanked minimally, the medium takes one recording at once, which closes it: nothing can be appended. The method `full` leaves that open.',
};

/** Bytes per millisecond of a DVD-RW at twice its single speed. */
const BLANKING = 2770;

/** MMC-5 §6.2. Out of restricted overwrite, too: afterwards the medium is recorded in sequence again. */
export const eraseDvdRw = (medium: Medium, method: EraseMethod): Treatment | undefined => {
  const { kind, erasable, capacity } = medium;
  if (!erasable || (method !== 'quick' && method !== 'full')) return undefined;
  const quick = method === 'quick';
  return {
    steps: [blankAs(quick ? 'minimal' : 'full', medium)],
    expects: { kind, blank: true, status: 'empty', sessions: 0, recordedTracks: 0 },
    ms: quick ? 60_000 : 60_000 + (capacity * 2048) / BLANKING,
    ...(quick && { warnings: [AT_ONCE_ONLY] }),
  };
};

/** An RZone that a drive left without power is repaired first: it goes on behind its last whole ECC block. */
const closeIncrements = (
  { profile }: Medium,
  what: 'disc' | 'session',
  track: Track | undefined,
  drive: DrivePage,
): Step[] => [
  selectForClosing(profile === LAYER_JUMP_PROFILE ? 'layer-jump' : 'incremental', what, drive),
  ...(track?.damaged ? [repairTrack(track.number)] : []),
  synchronize,
  ...(track ? [closeTrackOnceMore(track.number)] : []),
  close(what, [2]),
];

/** Layer after layer there is one session; and what was begun at once has its end in its lead-in. */
const staysOpen = ({ kind, profile }: Medium, track: Track | undefined): boolean =>
  (kind !== 'dvd-r-dl' || profile === LAYER_JUMP_PROFILE) && (track === undefined || track.packets === true);

const closeOpen = (medium: Medium, asked: 'disc' | 'session', drive: DrivePage): Treatment | undefined => {
  const track = openTrackOf(medium);
  const atOnce = track !== undefined && track.packets !== true;
  if (atOnce && track.damaged) return undefined;
  const what = staysOpen(medium, track) ? asked : 'disc';
  const steps = atOnce
    ? [selectForClosing('dao', what, drive), closeBySynchronizing(what)]
    : closeIncrements(medium, what, track, drive);
  return {
    ...closingTreatment(medium, what, steps),
    ...(what !== asked && { warnings: [CLOSES_DISC] }),
  };
};

/** Where all borders are closed, write parameters without another one have the next closing finalize (unverified). */
const closeDvdMinus = (medium: Medium, what: 'disc' | 'session', drive: DrivePage): Treatment | undefined =>
  what === 'disc' || isSessionOpen(medium) ? closeOpen(medium, what, drive) : undefined;

/** What can neither be repaired nor closed is blanked, where that can be done. */
const recover = (medium: Medium, drive: DrivePage): Treatment | undefined => {
  const open = isSessionOpen(medium) && !isHalfBlanked(medium);
  const closed = open ? closeOpen(medium, 'session', drive) : undefined;
  return closed ?? (medium.lastSession === 'damaged' ? eraseDvdRw(medium, 'quick') : undefined);
};

export const DVD_MINUS_TREATMENTS = {
  erase: eraseDvdRw,
  close: closeDvdMinus,
  recover,
} satisfies Partial<Recipe>;
