import { uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** SPC-3 §7.4.12, page 1Ah; timers in units of 100 ms. */
export const powerCondition = modePage('Power Condition', 0x1a, 12, {
  idle: flag(3, 1),
  standby: flag(3, 0),
  idleConditionTimer: byte(4, uint32be),
  standbyConditionTimer: byte(8, uint32be),
});
