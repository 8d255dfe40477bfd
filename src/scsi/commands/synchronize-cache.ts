import { int32be, uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.41. Address and number 0 mean all blocks. */
export const synchronizeCache = cdb('SYNCHRONIZE CACHE', 0x35, {
  immediate: flag(1, 1),
  logicalBlockAddress: byte(2, int32be),
  numberOfBlocks: byte(7, uint16be),
});
