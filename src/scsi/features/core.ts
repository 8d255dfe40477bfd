import { uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0001h: the bus and INQUIRY. `physicalInterfaceStandard`: 1 SCSI, 2 ATAPI, 7 SATA, 8 USB. */
export const core = feature(
  'Core',
  { code: 0x0001, version: 2, additionalLength: 8 },
  {
    physicalInterfaceStandard: byte(4, uint32be),
    inquiry2: flag(8, 1),
    deviceBusyEvent: flag(8, 0),
  },
);
