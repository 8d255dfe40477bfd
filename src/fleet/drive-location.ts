import type { DriveRow } from '../jobs/records.js';
import type { DriveLocation } from '../worker/protocol.js';

type Locate = (device: string) => DriveLocation;

const LOCATIONS: Readonly<Record<DriveRow['transport'], Locate>> = {
  sg: (device) => ({ transport: 'sg', device }),
  virtual: (folder) => ({ transport: 'virtual', folder }),
  socket: (path) => ({ transport: 'socket', path }),
};

/** How the worker of a drive reaches it; `undefined` for a drive that is connected nowhere at present. */
export const workerLocation = ({ transport, location }: DriveRow): DriveLocation | undefined =>
  location.device === undefined ? undefined : LOCATIONS[transport](location.device);
