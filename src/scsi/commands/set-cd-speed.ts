import { uint16be } from '../../binary/codec.js';
import { bits, byte } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.37. Speeds in kB/s of 1,000 bytes, FFFFh for the maximum; `rotationalControl`: 0 CLV, 1 CAV. */
export const setCdSpeed = cdb('SET CD SPEED', 0xbb, {
  rotationalControl: bits(1, 1, 0),
  logicalUnitReadSpeed: byte(2, uint16be),
  logicalUnitWriteSpeed: byte(4, uint16be),
});
