import type { Burn } from './recipes/recipe.js';

/** IMAPI's matrix: a DVD+R that players of set-top kind are to read is closed, whatever was asked for. */
export const isForPlayers = ({ medium, options }: Pick<Burn, 'medium' | 'options'>): boolean =>
  options.dvdCompatibility === true && medium.kind.startsWith('dvd+r');
