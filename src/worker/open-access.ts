import type { Timing } from '../drive/timing.js';
import type { Logger } from '../log.js';
import { openSocket } from '../transport/socket.js';
import type { DriveAccess } from './drive-access.js';
import { askHand, useHand } from './hand.js';
import type { DriveLocation } from './protocol.js';
import { sgAccess } from './sg-access.js';
import { openVirtualAccess } from './virtual-access.js';

const socketAccess = (path: string): DriveAccess => ({
  open: () => openSocket(path),
  openToLook: () => openSocket(path),
  openToAsk: () => openSocket(path),
  operate: (operation) => useHand(path, operation),
  statistics: () => askHand(path),
  deviceName: undefined,
  close: () => Promise.resolve(),
});

/** Makes a drive reachable; a virtual one is switched on by it. */
export const openAccess = (location: DriveLocation, timing: Timing, log: Logger): DriveAccess => {
  switch (location.transport) {
    case 'sg':
      return sgAccess(location.device, timing);
    case 'socket':
      return socketAccess(location.path);
    case 'virtual':
      return openVirtualAccess(location.folder, log);
  }
};
