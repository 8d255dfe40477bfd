import { bits, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0003h: the mechanism. `loadingMechanismType`: 0 caddy, 1 tray, 2 pop-up, 4 and 5 changers. */
export const removableMedium = feature(
  'Removable Medium',
  { code: 0x0003, version: 2, additionalLength: 4 },
  {
    loadingMechanismType: bits(4, 7, 5),
    load: flag(4, 4),
    eject: flag(4, 3),
    preventJumper: flag(4, 2),
    mediaLock: flag(4, 0),
  },
);
