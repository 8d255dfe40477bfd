import { uint16be, uint8 } from '../../binary/codec.js';
import { bits, byte, flag, layout } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.26. `format`: 0 TOC, 1 session information, 2 full TOC, 3 PMA, 4 ATIP, 5 CD-TEXT. */
export const readTocPmaAtip = cdb('READ TOC/PMA/ATIP', 0x43, {
  msf: flag(1, 1),
  format: bits(2, 3, 0),
  trackSessionNumber: byte(6, uint8),
  allocationLength: byte(7, uint16be),
});

/** SFF-8020i: where ATAPI drives of before MMC looked for the format, and where the kernel's sr driver still puts it. */
const formerFormat = layout('READ TOC of SFF-8020i', 10, { format: bits(9, 7, 6) });

/** The format that a CDB asks for, in the present place or in the former one. */
export const requestedTocFormat = (cdbBytes: Uint8Array): number =>
  readTocPmaAtip.decode(cdbBytes).format || formerFormat.decode(cdbBytes).format;
