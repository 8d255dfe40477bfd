import { isBlank } from '../drive/medium.js';
import { isForPlayers } from './for-players.js';
import type { Burn } from './recipes/recipe.js';

type Asked = Pick<Burn, 'medium' | 'options' | 'placement'>;

const ECC_BLOCKS = 16;

/** Half of an image in whole ECC blocks, rounded up: both layers are recorded as far as each other. */
const half = (blocks: number): number => Math.ceil(blocks / (2 * ECC_BLOCKS)) * ECC_BLOCKS;

/**
 * Blocks of layer 0 that the drive is to be told before anything is recorded; undefined where it stays where it is. A
 * disc of which only layer 0 is recorded must be filled on layer 1 by the drive before readers accept it, which takes as
 * long as recording it: that is why growisofs halves what it closes at once.
 */
export const chosenLayerBreak = ({ medium, options, placement }: Asked): number | undefined => {
  const { layerBreak } = medium;
  if (layerBreak === undefined || layerBreak.fixed || !isBlank(medium) || options.layerBreak === 'drive')
    return undefined;
  if (options.layerBreak !== 'auto') return options.layerBreak;
  const closes = options.close === 'disc' || isForPlayers({ medium, options });
  return closes ? Math.min(layerBreak.blocks, half(placement.blocks + placement.padding)) : undefined;
};

/** Of so many blocks, those that there are once the layers end where they are told to: both become as long as the first one. */
export const roomOnLayers = (asked: Asked, room: number): number => {
  const blocks = chosenLayerBreak(asked);
  return blocks === undefined ? room : Math.min(room, 2 * blocks);
};
