import { reserveTrack } from '../../scsi/commands/reserve-track.js';
import type { BurnOptions } from '../options.js';
import { isAppending } from '../placement.js';
import type { Step } from '../step.js';
import { DVD_MINUS_TREATMENTS } from './dvd-minus-treatments.js';
import type { Burn, Recipe } from './recipe.js';
import { blankMedium } from './blank-steps.js';
import { TIMEOUT_MS, plannedCommand, stepOf } from './step-of.js';

/** Border-out and border-in, as the virtual drive has them: tools and manuals give a range (unverified). */
const BORDER_GAP = { first: 32_768, later: 8192 } as const;

/** kB/s where the drive chooses: 4x. */
const USUAL_KBPS = 5540;
const BLOCK_KB = 2.048;

/** A disc is closed with a lead-out that reaches a radius of 35 mm at least: a gigabyte, or about that. */
const SHORTEST_DISC = 512_000;

const toFill = ({ placement, closes }: Burn): number =>
  closes === 'disc' ? Math.max(0, SHORTEST_DISC - placement.start - placement.blocks) : 0;

/** What is true of DVD-R, DVD-RW and DVD-R DL as long as they are recorded in sequence. */
export const DVD_MINUS_FAMILY = {
  unit: 16,
  anyFeatures: [0x21, 0x2f, 0x33],
  blocksPerCommand: 32,
  hasSessions: true,
  canSimulate: true,
  padding: (blocks) => -blocks & 15,
  needed: (blocks) => -blocks & 15,
  ...DVD_MINUS_TREATMENTS,
  overhead: (session) => (session === 1 ? BORDER_GAP.first : BORDER_GAP.later),
  overheadMs: (burn) => {
    const { erase, medium, placement, speedKBps = USUAL_KBPS } = burn;
    const blocks = toFill(burn) + (erase && blanksWholly(burn) ? medium.capacity : 0);
    return (isAppending(placement) ? 30_000 : 60_000) + (blocks * BLOCK_KB * 1000) / speedKBps;
  },
} satisfies Partial<Recipe>;

interface Wanted {
  readonly options: Pick<BurnOptions, 'blanking' | 'close' | 'writeMode'>;
}

/** Increments need a medium that was blanked wholly: between its old ones a drive would not find the new. */
export const blanksWholly = ({ options }: Wanted): boolean =>
  options.blanking === 'full' || options.close === 'session' || options.writeMode === 'incremental';

export const blankIfErased = (burn: Burn): readonly Step[] =>
  burn.erase
    ? [
        blankMedium({
          ...burn,
          options: { ...burn.options, blanking: blanksWholly(burn) ? 'full' : 'minimal' },
        }),
      ]
    : [];

/** MMC-5 §6.31: a disc at once needs to be told how much comes, since its lead-in is written first. */
export const reserve = ({ placement, options }: Burn): Step =>
  stepOf({
    do: 'reserve',
    phase: 'calibrate',
    title: `Reserve ${placement.blocks + placement.padding} blocks`,
    alters: !options.simulate,
    command: plannedCommand(
      reserveTrack,
      { reservationSize: placement.blocks + placement.padding },
      { timeoutMs: TIMEOUT_MS.long },
    ),
  });
