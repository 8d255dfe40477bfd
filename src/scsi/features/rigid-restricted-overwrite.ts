import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 002Ch: DVD-RW in restricted overwrite; its states, and whether it can be blanked. */
export const rigidRestrictedOverwrite = feature(
  'Rigid Restricted Overwrite',
  { code: 0x002c, version: 0, additionalLength: 4 },
  {
    defectStatusDataGenerate: flag(4, 3),
    defectStatusDataRead: flag(4, 2),
    intermediate: flag(4, 1),
    blank: flag(4, 0),
  },
);
