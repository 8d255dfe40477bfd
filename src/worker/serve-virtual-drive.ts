import type { Logger } from '../log.js';
import { serveSocket } from '../transport/serve-socket.js';
import type { Answer, Command } from '../transport/transport.js';
import { serveHand } from './hand.js';
import { plugDrive } from './plugged-drive.js';

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
  const plugged = plugDrive(folder, log);
  plugged.target(); // switched on at once: whoever comes finds it, or is told that it has a home already
  try {
    const execute = async (command: Command): Promise<Answer> => plugged.target().execute(command);
    const drive = await serveSocket(socketPath, {
      get maxTransferBytes() {
        return plugged.target().maxTransferBytes;
      },
      execute,
    });
    const hand = await serveHand(socketPath, plugged, onOff);
    return {
      close: async () => {
        hand.close();
        await drive.close();
        await plugged.close();
      },
    };
  } catch (error) {
    await plugged.close();
    throw error;
  }
};
