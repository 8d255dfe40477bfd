import type { Step } from '../step.js';
import { CD_SESSION_GAP } from '../placement.js';
import type { Burn, Recipe } from './recipe.js';
import { blankMedium } from './shared-steps.js';

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
} satisfies Partial<Recipe>;

export const blankIfErased = (burn: Burn): readonly Step[] => (burn.erase ? [blankMedium(burn)] : []);
