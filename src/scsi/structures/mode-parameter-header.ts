import { uint16be, uint8 } from '../../binary/codec.js';
import { byte, flag, layout } from '../../binary/layout.js';

/** SPC-3 §7.4.3, MODE SENSE (6). The length counts what follows it. */
export const modeParameterHeader6 = layout('Mode Parameter Header (6)', 4, {
  modeDataLength: byte(0, uint8),
  mediumType: byte(1, uint8),
  writeProtect: flag(2, 7),
  blockDescriptorLength: byte(3, uint8),
});

/** SPC-3 §7.4.3, MODE SENSE (10) and MODE SELECT (10). The length counts what follows it, and is 0 when selecting. */
export const modeParameterHeader10 = layout('Mode Parameter Header (10)', 8, {
  modeDataLength: byte(0, uint16be),
  mediumType: byte(2, uint8),
  writeProtect: flag(3, 7),
  blockDescriptorLength: byte(6, uint16be),
});
