import type { Quirk } from '../drive/quirk.js';
import { isCd } from '../drive/speeds.js';
import { bdFormat } from './bd-format.js';
import { hasNoSpares } from './bd-spares.js';
import { isForPlayers } from './for-players.js';
import { roomNeeded } from './fit-image.js';
import { isAppending } from './placement.js';
import type { PlanWarning } from './plan.js';
import type { Burn, Recipe } from './recipes/recipe.js';

type Rule = (burn: Burn, recipe: Recipe) => PlanWarning | undefined;

const holding = ({ medium }: Burn): string =>
  medium.volumeIdentifier === undefined ? 'What is on the medium' : `The volume "${medium.volumeIdentifier}"`;

/** Spares make a drive read each cluster again behind its laser. */
const verifiesItself = ({ medium, options }: Burn): boolean => {
  if (!medium.kind.startsWith('bd-') || options.onWrite === 'stream') return false;
  const format = bdFormat(medium, options);
  return format === undefined ? medium.formatted && !hasNoSpares(medium) : format.row.spareArea !== 'none';
};

/** growisofs refuses it: "more than 50% of space will be wasted". */
const wastesALayer = ({ medium, placement, options }: Burn, { onlySession }: Recipe): boolean =>
  medium.kind === 'dvd-r-dl' &&
  onlySession === true &&
  !options.simulate &&
  2 * placement.blocks < medium.capacity;

const whyClosed = (asked: Pick<Burn, 'medium' | 'options'>, { onlySession }: Recipe): string => {
  if (isForPlayers(asked)) return 'players of set-top kind read no other one: nothing can be appended to it';
  return onlySession === true
    ? `no session can follow on a ${asked.medium.kind} medium that is recorded so`
    : 'too little would be left of it for another session';
};

const RULES: readonly Rule[] = [
  (burn) =>
    verifiesItself(burn)
      ? {
          code: 'slow-by-spares',
          detail: 'The drive verifies what it records on a medium with spare areas, at about half the speed.',
        }
      : undefined,
  ({ options }) =>
    options.pseudoOverwrite
      ? {
          code: 'pseudo-overwrite-unused',
          detail:
            'The disc is finalized behind the image, as everything formatted for pseudo overwrite is: no block of it is overwritten afterwards, and its spare clusters only replace defective ones.',
        }
      : undefined,
  (burn) => (burn.erase ? { code: 'data-lost', detail: `${holding(burn)} will be lost.` } : undefined),
  ({ options }) =>
    options.simulate
      ? { code: 'simulation', detail: 'Nothing will be recorded; the medium stays as it is.' }
      : undefined,
  ({ options }) =>
    options.verify === 'none' && !options.simulate
      ? {
          code: 'not-verified',
          detail: 'Nothing will be read back; only a verified disc is known to be good.',
        }
      : undefined,
  ({ placement, options }, recipe) =>
    options.postgap && placement.padding < recipe.padding(placement.blocks) && !options.simulate
      ? {
          code: 'padding-reduced',
          detail:
            'The image leaves no room for padding: readers that read ahead may report errors at its end.',
        }
      : undefined,
  ({ medium, options }) =>
    medium.writeSpeeds.length === 0
      ? {
          code: 'speeds-unknown',
          detail: `The drive lists no speeds; ${options.speed === 'max' || options.speed === -1 ? 'it will choose' : 'it may choose another one'}.`,
        }
      : undefined,
  ({ medium, bufferUnderrunFree }) =>
    isCd(medium.kind) && !bufferUnderrunFree
      ? {
          code: 'underrun-unprotected',
          detail: 'The disc is lost if the buffer of the drive runs empty.',
        }
      : undefined,
  ({ options, closes, medium }, recipe) =>
    options.close === 'session' && closes === 'disc'
      ? {
          code: 'closes-disc',
          detail: `The disc is closed, since ${whyClosed({ medium, options }, recipe)}.`,
        }
      : undefined,
  (burn, recipe) =>
    wastesALayer(burn, recipe)
      ? {
          code: 'layer-wasted',
          detail:
            'Less than half of the disc is recorded, and nothing can follow: a medium of one layer would do.',
        }
      : undefined,
  ({ medium, placement }) => {
    const over = roomNeeded(placement) - placement.room;
    return over > 0
      ? {
          code: 'overburning',
          detail: `${over} blocks lie beyond the end that the ${medium.kind} medium announces; few drives reach them, and fewer readers.`,
        }
      : undefined;
  },
  ({ placement, medium, continues }) =>
    !continues && isAppending(placement) && !medium.overwritable && medium.contents === 'volume'
      ? {
          code: 'session-hidden',
          detail: `Readers show the new session alone${medium.volumeIdentifier ? `, not "${medium.volumeIdentifier}"` : ''}.`,
        }
      : undefined,
];

const quirkWarning = ({ effect, evidence, origin }: Quirk): PlanWarning => ({
  code: 'drive-quirk',
  detail: `${effect === 'notice' ? 'This drive is known for something' : `This drive is treated as ${effect}`}: ${evidence}${origin === 'configuration' ? ' (configuration)' : ''}.`,
});

export const planWarnings = (recipe: Recipe, burn: Burn): PlanWarning[] => [
  ...burn.speedWarnings,
  ...RULES.map((rule) => rule(burn, recipe)).filter((warning) => warning !== undefined),
  ...burn.quirks.map(quirkWarning),
];
