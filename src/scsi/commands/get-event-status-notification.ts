import { uint16be, uint8 } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { cdb } from '../cdb.js';

/** MMC-5 §6.7. Bit n of `notificationClassRequest` asks for class n. */
export const getEventStatusNotification = cdb('GET EVENT STATUS NOTIFICATION', 0x4a, {
  polled: flag(1, 0),
  notificationClassRequest: byte(4, uint8),
  allocationLength: byte(7, uint16be),
});
