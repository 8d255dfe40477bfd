import { type Medium, isBlank } from '../drive/medium.js';
import type { ImageSummary } from '../image/image.js';
import type { Placement } from './plan.js';
import type { Recipe } from './recipes/recipe.js';

/** Blocks of all parts; an image that can be placed has one. */
const imageBlocks = (image: ImageSummary): number =>
  image.parts.reduce((blocks, part) => blocks + part.length, 0);

/** Blocks that can be used once the medium has been erased, if it will be. */
export const usableBlocks = (medium: Medium): number =>
  isBlank(medium) && !medium.overwritable ? medium.free : medium.capacity;

/**
 * Where the image goes: this version begins media, it does not continue them. Padding that is only good to have
 * gives way to an image that fills the medium.
 */
export const place = (medium: Medium, image: ImageSummary, recipe: Recipe): Placement => {
  const blocks = imageBlocks(image);
  const room = Math.max(0, usableBlocks(medium) - blocks);
  const padding = Math.max(recipe.needed(blocks), Math.min(recipe.padding(blocks), room));
  return { session: 1, start: isBlank(medium) ? (medium.nextWritable ?? 0) : 0, blocks, padding };
};
