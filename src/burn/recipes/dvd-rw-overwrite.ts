import type { Step } from '../step.js';
import type { EraseMethod } from '../use.js';
import { isBlank, type Medium } from '../../drive/medium.js';
import { eraseDvdRw } from './dvd-minus-treatments.js';
import { DVD_RW_FORMATS, ECC_BLOCK, QUICK_GROW } from './dvd-rw-formats.js';
import { formatStep } from './format-step.js';
import { chooseFormat, formatTreatment } from './formatting.js';
import type { Burn, Recipe, Treatment } from './recipe.js';
import { close } from './close-steps.js';
import { check, overwrite, synchronize } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

const endOf = ({ placement: { padding, parts } }: Burn): number =>
  Math.max(...parts.map(({ start, blocks }) => start + blocks)) + padding;

const isBorderOpen = ({ medium }: Pick<Burn, 'medium'>): boolean => medium.lastSession === 'incomplete';

/** What the border has is enough, or more of it is offered. */
const mustGrow = (burn: Burn): boolean =>
  !isBorderOpen(burn) &&
  endOf(burn) > burn.medium.readable &&
  burn.medium.formats.some(({ type, blocks }) => type === QUICK_GROW && blocks > 0);

/** MMC-5 §6.5.4.2: the border then grows by what is written behind its end. */
const grow = formatStep({
  title: 'Open the border, so that it can grow',
  asked: { type: QUICK_GROW, blocks: 0, typeDependent: ECC_BLOCK },
  ms: 60_000,
});

const closing: Step = { ...close('session', [2]), title: 'Close the border' };

/** An open border upsets DVD-ROM drives and old kernels: none is left. */
const closeIfOpened = (burn: Burn): readonly Step[] =>
  mustGrow(burn) || isBorderOpen(burn) ? [closing] : [];

/** Border-out behind the last block that was written. */
const closeBorder = (medium: Medium): Treatment | undefined =>
  isBorderOpen({ medium })
    ? {
        steps: [synchronize, closing],
        expects: { kind: medium.kind, formatted: true, sessions: 1, readable: medium.readable },
        ms: 60_000,
      }
    : undefined;

/** A border that is open and empty, as a quick format leaves it, waits for its first recording. */
const recover = (medium: Medium): Treatment | undefined => {
  if (medium.lastSession !== 'damaged') return isBlank(medium) ? undefined : closeBorder(medium);
  const choice = chooseFormat(DVD_RW_FORMATS, medium, {});
  return choice && formatTreatment(medium, choice);
};

/** A whole blanking is what takes the format away, so that sessions can be recorded (MMC-5 §6.2; xorriso's `deformat`). */
const erase = (medium: Medium, method: EraseMethod): Treatment | undefined =>
  eraseDvdRw(medium, method === 'deformat' ? 'full' : method);

/**
 * DVD-RW in restricted overwrite: whole ECC blocks at any time within its border, and behind it while that is open. The
 * write parameters are not looked at.
 */
export const dvdRwOverwrite: Recipe = {
  name: 'dvd-rw-overwrite',
  features: [0x26],
  blocksPerCommand: 32,
  unit: 16,
  /** MMC-5 §6.5.4.2: a border grows by what follows its last block. */
  growsWithoutGaps: true,
  hasSessions: false,
  canSimulate: false,
  padding: (blocks) => -blocks & 15,
  needed: (blocks) => -blocks & 15,
  steps: (burn) => [
    ...(mustGrow(burn) ? [grow] : []),
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, dvdRwOverwrite.blocksPerCommand),
    synchronize,
    ...closeIfOpened(burn),
  ],
  recovery: (burn) => [synchronize, ...closeIfOpened(burn)],
  erase,
  formats: DVD_RW_FORMATS,
  close: closeBorder,
  recover,
  overheadMs: (burn) => (mustGrow(burn) ? 60_000 : 20_000),
};
