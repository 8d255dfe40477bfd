import type { Medium, MediumKind } from '../../drive/medium.js';
import { bdR } from './bd-r.js';
import { bdRe } from './bd-re.js';
import { cdSao } from './cd-sao.js';
import { cdTao } from './cd-tao.js';
import { dvdMinus } from './choose-dvd-minus.js';
import { dvdPlusRDl, dvdPlusRwDl } from './dvd-plus-dl.js';
import { dvdPlusR } from './dvd-plus-r.js';
import { dvdPlusRw } from './dvd-plus-rw.js';
import { dvdRam } from './dvd-ram.js';
import { removableDisk } from './removable-disk.js';
import { type Choice, type ChoosingDrive, type ChosenBy, isCurrent } from './choice.js';
import type { Recipe } from './recipe.js';

/** Beyond the last possible lead-out only a cue sheet leads; else a track at once, which any drive knows. */
const cd: Choice = ({ writeMode, overburn }, drive) => {
  if (writeMode === 'sao' || (writeMode === 'auto' && overburn)) return cdSao;
  return writeMode === 'auto' && !isCurrent(cdTao, drive) && isCurrent(cdSao, drive) ? cdSao : cdTao;
};

export const RECIPES: Readonly<Partial<Record<MediumKind, Recipe | Choice>>> = {
  'cd-r': cd,
  'cd-rw': cd,
  'dvd-r': dvdMinus,
  'dvd-rw': dvdMinus,
  'dvd-r-dl': dvdMinus,
  'dvd+r': dvdPlusR,
  'dvd+r-dl': dvdPlusRDl,
  'dvd+rw': dvdPlusRw,
  'dvd+rw-dl': dvdPlusRwDl,
  'dvd-ram': dvdRam,
  'removable-disk': removableDisk,
  'bd-r': bdR,
  'bd-re': bdRe,
};

/** How a medium would be recorded does not matter where nothing is. */
const ANY_WRITE_MODE: ChosenBy = {
  writeMode: 'auto',
  overburn: false,
  onNonBlank: 'reject',
  blanking: 'minimal',
  close: 'disc',
};

export const recipeFor = (medium: Medium, options: ChosenBy, drive: ChoosingDrive): Recipe | undefined => {
  const row = RECIPES[medium.kind];
  return typeof row === 'function' ? row(options, drive, medium) : row;
};

const ANY_DRIVE: ChoosingDrive = { currentFeatures: [], profiles: [] };

/** For whatever is done to a medium without recording on it. */
export const treatmentsFor = (medium: Medium, drive: ChoosingDrive = ANY_DRIVE): Recipe | undefined =>
  recipeFor(medium, ANY_WRITE_MODE, drive);
