import { uint16be, uint24be, uint32be } from '../../binary/codec.js';
import { bits, byte, flag, layout, preset } from '../../binary/layout.js';

/**
 * MMC-5 §6.5.3: header and the one format descriptor. The options beside `immediate` count only with
 * `formatOptionsValid`. `formatSubType` chooses certification (BD-RE) or recording mode (BD-R).
 */
export const formatUnitParameterList = layout('FORMAT UNIT parameter list', 12, {
  formatOptionsValid: flag(1, 7),
  disablePrimary: flag(1, 6),
  disableCertification: flag(1, 5),
  stopFormat: flag(1, 4),
  initializationPattern: flag(1, 3),
  tryOut: flag(1, 2),
  immediate: flag(1, 1),
  vendorSpecific: flag(1, 0),
  formatDescriptorLength: preset(byte(2, uint16be), 8),
  numberOfBlocks: byte(4, uint32be),
  formatType: bits(8, 7, 2),
  formatSubType: bits(8, 1, 0),
  typeDependentParameter: byte(9, uint24be),
});
