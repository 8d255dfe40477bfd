import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** MMC-5 §7, page 1Dh; time-outs in seconds. */
export const timeoutAndProtect = modePage('Time-out and Protect', 0x1d, 10, {
  disableUntilPowerCycle: flag(4, 1),
  softwareWriteProtect: flag(4, 0),
  group1MinimumTimeout: byte(6, uint16be),
  group2MinimumTimeout: byte(8, uint16be),
});
