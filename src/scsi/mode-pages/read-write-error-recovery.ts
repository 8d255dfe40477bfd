import { uint8 } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { modePage } from './mode-page.js';

/** MMC-5 §7, page 01h. `transferBlock` sends a block that could not be read well. */
export const readWriteErrorRecovery = modePage('Read/Write Error Recovery', 0x01, 12, {
  automaticWriteReallocation: flag(2, 7),
  automaticReadReallocation: flag(2, 6),
  transferBlock: flag(2, 5),
  readContinuous: flag(2, 4),
  postError: flag(2, 2),
  disableTransferOnError: flag(2, 1),
  disableCorrection: flag(2, 0),
  readRetryCount: byte(3, uint8),
  writeRetryCount: byte(8, uint8),
});
