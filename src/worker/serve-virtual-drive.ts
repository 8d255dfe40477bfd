import type { Logger } from '../log.js';
import { serveSocket } from '../transport/serve-socket.js';
import { openVirtualDrive } from '../virtual/virtual-target.js';
import { serveHand } from './hand.js';

export interface VirtualDriveServer {
  /** Switches the drive off in good order. */
  close(): Promise<void>;
}

export interface VirtualDriveOptions {
  readonly log: Logger;
  /** Somebody wants the drive switched off. */
  readonly onOff?: () => void;
}

/**
 * Makes this process the home of a virtual drive and offers it on a Unix socket.
 * @throws SpindleError `drive-busy` where it has a home already, `output-exists` where somebody listens.
 */
export const serveVirtualDrive = async (
  folder: string,
  socketPath: string,
  { log, onOff = () => undefined }: VirtualDriveOptions,
): Promise<VirtualDriveServer> => {
  const target = openVirtualDrive(folder, { log });
  try {
    const drive = await serveSocket(socketPath, target);
    const hand = await serveHand(socketPath, target, onOff);
    return {
      close: async () => {
        hand.close();
        await drive.close();
        await target.close();
      },
    };
  } catch (error) {
    await target.close();
    throw error;
  }
};
