import type { PlanWarning } from './plan.js';
import type { Burn, Recipe } from './recipes/recipe.js';

type Rule = (burn: Burn, recipe: Recipe) => PlanWarning | undefined;

const holding = ({ medium }: Burn): string =>
  medium.volumeIdentifier === undefined ? 'What is on the medium' : `The volume "${medium.volumeIdentifier}"`;

const RULES: readonly Rule[] = [
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
    placement.padding < recipe.padding(placement.blocks) && !options.simulate
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
          detail: `The drive lists no speeds; ${options.speed === 'max' ? 'it will choose' : 'it may choose another one'}.`,
        }
      : undefined,
  ({ bufferUnderrunFree }, recipe) =>
    recipe.name === 'cd-tao' && !bufferUnderrunFree
      ? { code: 'underrun-unprotected', detail: 'With this drive the disc is lost if its buffer runs empty.' }
      : undefined,
  ({ medium, placement, options }) =>
    options.close === 'session' && medium.free - placement.blocks - placement.padding < FIRST_SESSION_COST
      ? {
          code: 'no-room-left',
          detail: 'The disc stays open, but there will be no room for another session.',
        }
      : undefined,
];

/** Lead-out of a CD's first session and lead-in of its second one, in sectors; more than other media need. */
const FIRST_SESSION_COST = 11_400;

export const planWarnings = (recipe: Recipe, burn: Burn): PlanWarning[] =>
  RULES.map((rule) => rule(burn, recipe)).filter((warning) => warning !== undefined);
