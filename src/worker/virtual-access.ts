import type { Logger } from '../log.js';
import type { Transport } from '../transport/transport.js';
import type { DriveAccess } from './drive-access.js';
import { plugDrive } from './plugged-drive.js';

/** The virtual drive whose home is this process. */
export const openVirtualAccess = (folder: string, log: Logger): DriveAccess => {
  const drive = plugDrive(folder, log);
  const open = (): Promise<Transport> => {
    const target = drive.target();
    return Promise.resolve({
      maxTransferBytes: target.maxTransferBytes,
      execute: (command) => target.execute(command),
      close: () => Promise.resolve(), // stays switched on
    });
  };
  return {
    open: async () => open(),
    openToLook: async () => open(),
    openToAsk: async () => open(),
    operate: (operation) => drive.operate(operation),
    statistics: async () => Promise.resolve(drive.statistics()),
    deviceName: undefined,
    close: () => drive.close(),
  };
};
