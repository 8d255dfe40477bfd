import type { DriveCapabilities } from '../../drive/drive.js';
import type { MediumKind } from '../../drive/medium.js';
import type { BurnOptions } from '../options.js';
import { bdRe } from './bd-re.js';
import { cdSao } from './cd-sao.js';
import { cdTao } from './cd-tao.js';
import { dvdPlusR } from './dvd-plus-r.js';
import { dvdPlusRw } from './dvd-plus-rw.js';
import type { Recipe } from './recipe.js';

export type ChosenBy = Pick<BurnOptions, 'writeMode' | 'overburn'>;

/** Media that can be recorded in more than one way: the one that options and drive want. */
type Choice = (options: ChosenBy, drive: Pick<DriveCapabilities, 'currentFeatures'>) => Recipe;

const isCurrent = ({ features }: Recipe, { currentFeatures }: Parameters<Choice>[1]): boolean =>
  features.some((feature) => currentFeatures.includes(feature));

/** Beyond the last possible lead-out only a cue sheet leads; else a track at once, which any drive knows. */
const cd: Choice = ({ writeMode, overburn }, drive) => {
  if (writeMode === 'sao' || (writeMode === 'auto' && overburn)) return cdSao;
  return writeMode === 'auto' && !isCurrent(cdTao, drive) && isCurrent(cdSao, drive) ? cdSao : cdTao;
};

export const RECIPES: Readonly<Partial<Record<MediumKind, Recipe | Choice>>> = {
  'cd-r': cd,
  'cd-rw': cd,
  'dvd+r': dvdPlusR,
  'dvd+rw': dvdPlusRw,
  'bd-re': bdRe,
};

export const recipeFor = (kind: MediumKind, ...by: Parameters<Choice>): Recipe | undefined => {
  const row = RECIPES[kind];
  return typeof row === 'function' ? row(...by) : row;
};
