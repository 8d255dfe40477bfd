import { uint16be } from '../../binary/codec.js';
import { bits, byte } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** SCSI-2, page 0Dh of CD-ROM drives, which MMC has dropped. The multiplier is a code for a time, 0Dh for eight minutes. */
export const cdDeviceParameters = modePage('CD Device Parameters', 0x0d, 8, {
  inactivityTimerMultiplier: bits(3, 3, 0),
  secondsPerMinute: byte(4, uint16be),
  framesPerSecond: byte(6, uint16be),
});
