import { SpindleError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Transport } from '../transport/transport.js';
import type { BufferStatistics } from '../virtual/drive-buffer.js';
import { type VirtualTarget, openVirtualDrive } from '../virtual/virtual-target.js';
import { operateVirtualDrive } from './operate-virtual-drive.js';
import type { VirtualOperation } from './protocol.js';

/**
 * The virtual drive of this process, at its cable. It is switched on when it is first used. Once unplugged it stays away
 * until a hand does something at it; who had it before does not get it back.
 */
export interface PluggedDrive {
  /** The drive as it is plugged in now. */
  target(): Omit<Transport, 'close'>;
  /** Does what a hand does, which plugs a drive in again that was unplugged. */
  operate(operation: VirtualOperation): Promise<void>;
  statistics(): BufferStatistics;
  /** Switches it off. */
  close(): Promise<void>;
}

export const plugDrive = (folder: string, log: Logger): PluggedDrive => {
  let target: VirtualTarget | undefined;
  const plugged = (): VirtualTarget => (target ??= openVirtualDrive(folder, { log }));
  return {
    target: plugged,
    operate: async (operation) => {
      const found = plugged();
      try {
        await operateVirtualDrive(found, operation);
      } catch (error) {
        if (!(error instanceof SpindleError) || error.code !== 'drive-lost') throw error;
        await found.off;
        // Another hand may have plugged it in meanwhile.
        if (target === found) target = undefined;
        await operateVirtualDrive(plugged(), operation);
      }
    },
    statistics: () => plugged().statistics,
    close: async () => {
      await target?.close();
    },
  };
};
