import { uint32be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.31. `reservationSize` in blocks; with `arsv` it is an address in bytes 2 to 5, a form that we do not send. */
export const reserveTrack = cdb('RESERVE TRACK', 0x53, {
  rmz: flag(1, 1),
  arsv: flag(1, 0),
  reservationSize: byte(5, uint32be),
});
