import { bytes, uint16be } from '../../binary/codec.js';
import { bits, byte, flag, layout, preset } from '../../binary/layout.js';
import { msf } from './msf.js';

/**
 * MMC-5 §6.26.3.6, READ TOC/PMA/ATIP format 4, CD-R and CD-RW only: what the pregroove says. The first frame digit of
 * the lead-in start tells the maker. 28 bytes; MMC-3 appends four (S4) that drives of before refuse to be asked for.
 */
export const atip = layout('ATIP', 28, {
  dataLength: preset(byte(0, uint16be), 26),
  one: preset(bits(4, 7, 7), 1),
  indicativeTargetWritingPower: bits(4, 6, 4),
  referenceSpeed: bits(4, 2, 0),
  zero: preset(bits(5, 7, 7), 0),
  unrestrictedUse: flag(5, 6),
  alsoOne: preset(bits(6, 7, 7), 1),
  rewritable: flag(6, 6),
  discSubType: bits(6, 5, 3),
  a1Valid: flag(6, 2),
  a2Valid: flag(6, 1),
  a3Valid: flag(6, 0),
  leadInStart: byte(8, msf),
  lastPossibleLeadOutStart: byte(12, msf),
  a1: byte(16, bytes(3)),
  a2: byte(20, bytes(3)),
  a3: byte(24, bytes(3)),
});
