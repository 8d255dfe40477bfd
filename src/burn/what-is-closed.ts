import { isForPlayers } from './for-players.js';
import { roomOnLayers } from './layer-break.js';
import type { BurnPlan } from './plan.js';
import type { Burn, Recipe } from './recipes/recipe.js';

type Asked = Pick<Burn, 'medium' | 'options' | 'placement'>;

/** Blocks that are lost to a session that another one can follow: lead-out, lead-in and what lies between. */
export const overheadOf = (recipe: Recipe, { placement }: Asked): number =>
  recipe.overhead?.(placement.session) ?? 0;

/** What another session would find. */
export const leftAfter = (recipe: Recipe, asked: Asked): number => {
  const { placement } = asked;
  if (!recipe.hasSessions || recipe.onlySession === true) return 0;
  const room = roomOnLayers(asked, placement.room);
  return Math.max(0, room - placement.blocks - placement.padding - overheadOf(recipe, asked));
};

/** IMAPI closes a disc by itself that would be left with no more than 2 % of its blocks. */
const TOO_LITTLE = 0.02;

/** Nobody could make use of what would be left, and a disc that is closed is read by more drives. */
const isFull = (recipe: Recipe, asked: Asked): boolean =>
  recipe.onlySession === true || leftAfter(recipe, asked) <= asked.medium.capacity * TOO_LITTLE;

/** What is closed at the end. It differs from what was asked for only where the plan warns of it. */
export const whatIsClosed = (recipe: Recipe, asked: Asked): BurnPlan['closes'] => {
  const { close, simulate } = asked.options;
  if (!recipe.hasSessions || simulate) return 'nothing';
  return isForPlayers(asked) || isFull(recipe, asked) ? 'disc' : close;
};
