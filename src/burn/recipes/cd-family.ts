import type { Step } from '../step.js';
import { isHalfBlanked, isSessionOpen, openTrackOf } from '../open-session.js';
import { CD_SESSION_GAP } from '../placement.js';
import type { Medium } from '../../drive/medium.js';
import type { EraseMethod } from '../use.js';
import { CD_WRITE_PARAMETERS } from './cd-write-parameters.js';
import type { DrivePage } from './drive-page.js';
import { eraseLastSession } from './erase-session.js';
import { closingTreatment } from './closing-treatments.js';
import type { Burn, Recipe, Treatment } from './recipe.js';
import { blankAs, blankMedium } from './blank-steps.js';
import { close, closeTrackOnceMore } from './close-steps.js';
import { synchronize } from './shared-steps.js';

/** Red Book: no track is shorter than four seconds. */
const SHORTEST_TRACK = 300;
/**
 * Two run-out blocks follow a track written at once, cannot be read and are counted by READ CAPACITY: a kernel that
 * reads ahead fails on them. Two seconds of zeros keep it away (Launchpad #465035).
 */
const READ_AHEAD = 150;

const SECTOR_BYTES = 2352;

/** kB/s where the drive chooses: 8x. */
const USUAL_KBPS = 1411;

const overhead = (session: number): number => (session === 1 ? CD_SESSION_GAP.first : CD_SESSION_GAP.later);

/** What is open is closed. A CD whose sessions all are needs another one to be finalized: no command does without. */
const closeOpen = (medium: Medium, what: 'disc' | 'session', drive: DrivePage): Treatment | undefined => {
  if (!isSessionOpen(medium)) return undefined;
  const track = openTrackOf(medium);
  return closingTreatment(medium, what, [
    CD_WRITE_PARAMETERS.selectForClosing('tao', what, drive),
    synchronize,
    ...(track === undefined ? [] : [closeTrackOnceMore(track.number)]),
    close(what, [2]),
  ]);
};

const MS = { quick: 60_000, full: 40 * 60_000 } as const;

/** BLANK leaves it to the drive what becomes of the blocks, and no drive says so: securely is more than it promises. */
const erase = (medium: Medium, method: EraseMethod): Treatment | undefined => {
  const { kind, erasable } = medium;
  if (erasable && method === 'session') return eraseLastSession(medium);
  if (!erasable || (method !== 'quick' && method !== 'full')) return undefined;
  return {
    steps: [blankAs(method === 'full' ? 'full' : 'minimal', medium)],
    expects: { kind, blank: true, status: 'empty', sessions: 0, recordedTracks: 0 },
    ms: MS[method],
  };
};

/** An interrupted blanking leaves tables that nothing can be made of but blank ones. */
const recover = (medium: Medium, drive: DrivePage): Treatment | undefined => {
  if (isSessionOpen(medium) && !isHalfBlanked(medium)) return closeOpen(medium, 'session', drive);
  return medium.lastSession === 'damaged' ? erase(medium, 'quick') : undefined;
};

/** What is true of CD-R and CD-RW however they are recorded. */
export const CD_FAMILY = {
  unit: 1,
  blocksPerCommand: 16,
  hasSessions: true,
  canSimulate: true,
  padding: (blocks) => Math.max(READ_AHEAD, SHORTEST_TRACK - blocks),
  needed: (blocks) => Math.max(0, SHORTEST_TRACK - blocks),
  overhead,
  /** Lead-in and lead-out at the speed of the rest, calibration some seconds; blanking a medium wholly takes it as long as recording it. */
  overheadMs: ({ erase, options, medium, placement, speedKBps = USUAL_KBPS }) => {
    const sectors =
      overhead(placement.session) + (erase && options.blanking === 'full' ? medium.capacity : 0);
    return 15_000 + (sectors * SECTOR_BYTES) / speedKBps + (erase ? 60_000 : 0);
  },
  erase,
  close: closeOpen,
  recover,
} satisfies Partial<Recipe>;

export const blankIfErased = (burn: Burn): readonly Step[] => (burn.erase ? [blankMedium(burn)] : []);
