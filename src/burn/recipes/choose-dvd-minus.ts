/** In which of their ways DVD-R, DVD-RW and DVD-R DL are recorded. */
import { type Medium, isBlank } from '../../drive/medium.js';
import { type Choice, type ChoosingDrive, type ChosenBy, isCurrent } from './choice.js';
import { blanksWholly } from './dvd-minus-family.js';
import { dvdR, dvdRDao, dvdRDl, dvdRDlJump } from './dvd-r.js';
import { dvdRwOverwrite } from './dvd-rw-overwrite.js';
import { DVD_RW_FORMATS } from './dvd-rw-formats.js';
import type { Recipe } from './recipe.js';

const DVD_R_DL_JUMP = 0x0016;
const INCREMENTAL = [0x21] as const;

const byLayer = ({ kind }: Medium): Recipe => (kind === 'dvd-r-dl' ? dvdRDl : dvdR);

/** A medium in profile 0016h goes on as it began. */
const jumps = (options: ChosenBy, { profiles }: ChoosingDrive, { kind, profile }: Medium): boolean => {
  if (kind !== 'dvd-r-dl' || !profiles.includes(DVD_R_DL_JUMP)) return false;
  return options.writeMode === 'layer-jump' || (options.writeMode === 'auto' && profile === DVD_R_DL_JUMP);
};

/** Increments first: they need no reservation and can stay open. What is blanked minimally takes none. */
const takesIncrements = (options: ChosenBy, drive: ChoosingDrive, medium: Medium): boolean => {
  if (isBlank(medium)) return isCurrent({ features: INCREMENTAL }, drive);
  return options.onNonBlank === 'append' || blanksWholly({ options });
};

const inSequence: Choice = (options, drive, medium) => {
  if (jumps(options, drive, medium)) return dvdRDlJump;
  if (options.writeMode === 'dao') return dvdRDao;
  if (options.writeMode === 'incremental' || takesIncrements(options, drive, medium)) return byLayer(medium);
  return options.writeMode === 'auto' ? dvdRDao : byLayer(medium);
};

/** Of the three, DVD-RW can be given a format. */
export const dvdMinus: Choice = (options, drive, medium) => {
  if (medium.overwritable) return dvdRwOverwrite;
  const recipe = inSequence(options, drive, medium);
  return medium.kind === 'dvd-rw' ? { ...recipe, formats: DVD_RW_FORMATS } : recipe;
};
