import { BD_FEATURES } from './features/bd.js';
import { CD_FEATURES } from './features/cd.js';
import { DRIVE_FEATURES } from './features/drive.js';
import { DVD_MINUS_FEATURES } from './features/dvd-minus.js';
import { DVD_FEATURES } from './features/dvd.js';
import type { FeatureRow } from './features/feature-row.js';
import { OVERWRITABLE_FEATURES } from './features/overwritable.js';

/** In the order of their codes, as MMC-5 §5.2.2 wants them. */
export const FEATURES: readonly FeatureRow[] = [
  ...DRIVE_FEATURES,
  ...CD_FEATURES,
  ...DVD_FEATURES,
  ...DVD_MINUS_FEATURES,
  ...BD_FEATURES,
  ...OVERWRITABLE_FEATURES,
].toSorted((a, b) => a.code - b.code);
