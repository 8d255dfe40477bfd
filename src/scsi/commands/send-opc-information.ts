import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.36 */
export const sendOpcInformation = cdb('SEND OPC INFORMATION', 0x54, {
  doOpc: flag(1, 0),
  excludeLayer0: flag(2, 0),
  excludeLayer1: flag(2, 1),
  parameterListLength: byte(7, uint16be),
});
