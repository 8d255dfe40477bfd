import { isBlank } from '../drive/medium.js';
import type { Recipe } from './recipes/recipe.js';
import type { Refusal } from './refusal.js';
import type { Medium } from '../drive/medium.js';
import type { BurnOptions } from './options.js';

interface Asked {
  readonly medium: Medium;
  readonly options: BurnOptions;
  readonly recipe: Recipe;
}

/** What only some media know: whether the drive checks what it writes. */
export const refuseOnWrite = ({ medium, options, recipe }: Asked): Refusal | undefined =>
  options.onWrite === 'drive' || recipe.onWrite?.includes(options.onWrite) === true
    ? undefined
    : {
        code: 'on-write-unsupported',
        detail: `On ${medium.kind} media nothing can be done about \`${options.onWrite}\`.`,
      };

/** Only DVD+R knows two ways of being finalized. */
export const refuseFinalizeRadius = ({ medium, options, recipe }: Asked): Refusal | undefined =>
  options.finalizeRadius === 'auto' || recipe.hasFinalizeRadius === true
    ? undefined
    : {
        code: 'finalize-radius-unsupported',
        detail: `A ${medium.kind} medium is finalized in one way, not \`${options.finalizeRadius}\`.`,
      };

const layerBreak = (detail: string): Refusal => ({ code: 'layer-break-unsupported', detail });

/** Why layer 0 cannot end where somebody wants it. */
export const refuseLayerBreak = (asked: Asked): Refusal | undefined => {
  const { medium, options, recipe } = asked;
  const wanted = options.layerBreak;
  if (typeof wanted !== 'number') return undefined;
  if (recipe.hasLayerBreak !== true) return layerBreak(`A ${medium.kind} medium has no layers to choose.`);
  const { layerBreak: found } = medium;
  if (found === undefined) return layerBreak('The drive does not say where layer 0 ends.');
  if (found.fixed || !isBlank(medium))
    return layerBreak(`Layer 0 of this medium ends after ${found.blocks} blocks, once and for all.`);
  return wanted > found.blocks ? layerBreak(`Layer 0 has ${found.blocks} blocks, not ${wanted}.`) : undefined;
};
