import type { Medium } from '../drive/medium.js';
import type { ImageSummary } from '../image/image.js';
import type { BurnOptions } from './options.js';
import type { Placement } from './placement.js';
import type { PlannedPlacement } from './plan.js';
import type { Recipe } from './recipes/recipe.js';

interface How {
  readonly recipe: Recipe;
  readonly options: Pick<BurnOptions, 'postgap'>;
  readonly medium: Medium;
}

const partsOf = ({ start: first }: Placement, { parts }: ImageSummary): PlannedPlacement['parts'] => {
  let next = first;
  return parts.map(({ start, length }) => {
    const at = start === 'next-writable' ? next : start;
    next = at + length;
    return { start: at, blocks: length };
  });
};

/**
 * Padding that is only good to have gives way to an image that fills the medium, to one whose last block must be the last, and to whoever
 * wants none.
 */
const paddingOf = (
  { endsWithTable }: ImageSummary,
  { blocks, room }: { readonly blocks: number; readonly room: number },
  { recipe, options }: How,
): number => {
  const wished = options.postgap && endsWithTable !== true ? recipe.padding(blocks) : 0;
  return Math.max(recipe.needed(blocks), Math.min(wished, Math.max(0, room - blocks)));
};

/** An image at its place. Its blocks are counted over all parts; only what ends it is padded. */
export const fitImage = (placement: Placement, image: ImageSummary, how: How): PlannedPlacement => {
  const parts = partsOf(placement, image);
  const blocks = parts.reduce((sum, part) => sum + part.blocks, 0);
  const padding = parts.length === 1 ? paddingOf(image, { blocks, room: placement.room }, how) : 0;
  return { ...placement, blocks, padding, parts };
};

/** Blocks that must find room: of an image that makes a volume grow those that are new, since its other parts lie where others are now. */
export const roomNeeded = ({ parts, padding }: PlannedPlacement): number => (parts[0]?.blocks ?? 0) + padding;
