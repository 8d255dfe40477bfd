import type { MediumKind } from '../../drive/medium.js';
import { bdRe } from './bd-re.js';
import { cdTao } from './cd-tao.js';
import { dvdPlusR } from './dvd-plus-r.js';
import { dvdPlusRw } from './dvd-plus-rw.js';
import type { Recipe } from './recipe.js';

export const RECIPES: Readonly<Partial<Record<MediumKind, Recipe>>> = {
  'cd-r': cdTao,
  'cd-rw': cdTao,
  'dvd+r': dvdPlusR,
  'dvd+rw': dvdPlusRw,
  'bd-re': bdRe,
};

export const recipeFor = (kind: MediumKind): Recipe | undefined => RECIPES[kind];
