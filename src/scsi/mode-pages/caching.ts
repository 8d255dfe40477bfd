import { flag } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** SBC-2 §6.3.3, page 08h; of it, MMC drives have the two switches. */
export const caching = modePage('Caching', 0x08, 12, {
  writeCacheEnable: flag(2, 2),
  readCacheDisable: flag(2, 0),
});
