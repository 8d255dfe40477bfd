import { uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { bits, byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.8. `type`: 0 performance, 3 write speeds. The fields of byte 1 belong to type 0: `tolerance` 10b, `except` 0 for nominal values. */
export const getPerformance = cdb('GET PERFORMANCE', 0xac, {
  tolerance: bits(1, 4, 3),
  write: flag(1, 2),
  except: bits(1, 1, 0),
  startingLogicalBlockAddress: byte(2, uint32be),
  maximumNumberOfDescriptors: byte(8, uint16be),
  type: byte(10, uint8),
});
