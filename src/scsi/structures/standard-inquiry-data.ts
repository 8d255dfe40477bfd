import { padded, uint8 } from '../../binary/codec.js';
import { bits, byte, flag, layout } from '../../binary/layout.js';

/** SPC-3 §6.4.2, the first 36 bytes. `additionalLength` counts what follows byte 4; `atapiVersion` is 3 on present drives. */
export const standardInquiryData = layout('Standard INQUIRY Data', 36, {
  peripheralQualifier: bits(0, 7, 5),
  peripheralDeviceType: bits(0, 4, 0),
  removableMedium: flag(1, 7),
  version: byte(2, uint8),
  atapiVersion: bits(3, 7, 4),
  responseDataFormat: bits(3, 3, 0),
  additionalLength: byte(4, uint8),
  vendorIdentification: byte(8, padded(8)),
  productIdentification: byte(16, padded(16)),
  productRevisionLevel: byte(32, padded(4)),
});
