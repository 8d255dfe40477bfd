import { SpindleError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Transport } from '../transport/transport.js';
import { type VirtualTarget, openVirtualDrive } from '../virtual/virtual-target.js';
import type { DriveAccess } from './drive-access.js';
import { operateVirtualDrive } from './operate-virtual-drive.js';
import type { VirtualOperation } from './protocol.js';

/**
 * The virtual drive whose home is this process. It is switched on when it is first used. Once unplugged it stays
 * away until a hand does something at it.
 */
export const openVirtualAccess = (folder: string, log: Logger): DriveAccess => {
  let target: VirtualTarget | undefined;

  const plugged = (): VirtualTarget => (target ??= openVirtualDrive(folder, { log }));
  const open = (): Promise<Transport> => {
    const drive = plugged();
    return Promise.resolve({
      execute: (command) => drive.execute(command),
      close: () => Promise.resolve(), // stays switched on
    });
  };
  const plugIn = async (operation: VirtualOperation): Promise<void> => {
    try {
      await operateVirtualDrive(plugged(), operation);
    } catch (error) {
      if (!(error instanceof SpindleError) || error.code !== 'drive-lost') throw error;
      target = undefined;
      await operateVirtualDrive(plugged(), operation);
    }
  };
  return {
    open: async () => open(),
    openToLook: async () => open(),
    operate: plugIn,
    statistics: async () => Promise.resolve(plugged().statistics),
    deviceName: undefined,
    close: async () => {
      await target?.close();
    },
  };
};
