import type { DriveCapabilities } from '../../drive/drive.js';
import type { Medium } from '../../drive/medium.js';
import type { BurnOptions } from '../options.js';
import type { Recipe } from './recipe.js';

export type ChosenBy = Pick<BurnOptions, 'writeMode' | 'overburn' | 'onNonBlank' | 'blanking' | 'close'>;
export type ChoosingDrive = Pick<DriveCapabilities, 'currentFeatures' | 'readOnlyFeatures' | 'profiles'>;

/** Media that can be recorded in more than one way: the one that options, drive and medium want. */
export type Choice = (options: ChosenBy, drive: ChoosingDrive, medium: Medium) => Recipe;

/** By one of these the drive can record on the present medium. */
export const isCurrent = (
  { features }: Pick<Recipe, 'features'>,
  { currentFeatures, readOnlyFeatures = [] }: Omit<ChoosingDrive, 'profiles'>,
): boolean =>
  features.some((feature) => currentFeatures.includes(feature) && !readOnlyFeatures.includes(feature));
