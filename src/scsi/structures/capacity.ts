import { uint32be } from '../../binary/codec.js';
import { byte, layout } from '../../binary/layout.js';

/** MMC-5 §6.19.3, READ CAPACITY. A medium without a complete session answers block 0. */
export const capacity = layout('READ CAPACITY data', 8, {
  lastLogicalBlockAddress: byte(0, uint32be),
  blockLength: byte(4, uint32be),
});
