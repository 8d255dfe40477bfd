import { uint16be, uint24be, uint8 } from '../../binary/codec.js';
import { bits, byte, flag, layout } from '../../binary/layout.js';

/** MMC-5 §6.11.3, the header; drives without a changer have no slot table after it. */
export const mechanismStatusHeader = layout('Mechanism Status Header', 8, {
  fault: flag(0, 7),
  changerState: bits(0, 6, 5),
  currentSlot: bits(0, 4, 0),
  mechanismState: bits(1, 7, 5),
  doorOpen: flag(1, 4),
  currentLba: byte(2, uint24be),
  numberOfSlots: byte(5, uint8),
  lengthOfSlotTables: byte(6, uint16be),
});
