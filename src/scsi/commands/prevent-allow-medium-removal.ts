import { flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.14 */
export const preventAllowMediumRemoval = cdb('PREVENT ALLOW MEDIUM REMOVAL', 0x1e, {
  persistent: flag(4, 1),
  prevent: flag(4, 0),
});
