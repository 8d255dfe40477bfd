import { uint32be } from '../../binary/codec.js';
import { bits, byte, flag, layout } from '../../binary/layout.js';

/** MMC-5 §6.39.3, SET STREAMING. Sizes in kB of 1,000 bytes per time in milliseconds, so that 1,000 ms make kB/s. */
export const streamingPerformance = layout('Streaming Performance Descriptor', 28, {
  writeRotationControl: bits(0, 4, 3),
  restoreDriveDefaults: flag(0, 2),
  exact: flag(0, 1),
  randomAccess: flag(0, 0),
  startLba: byte(4, uint32be),
  endLba: byte(8, uint32be),
  readSize: byte(12, uint32be),
  readTime: byte(16, uint32be),
  writeSize: byte(20, uint32be),
  writeTime: byte(24, uint32be),
});
