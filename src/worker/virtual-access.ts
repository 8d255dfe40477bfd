import { SpindleError } from '../errors.js';
import { type Logger } from '../log.js';
import { type Transport } from '../transport/transport.js';
import { faultScript } from '../virtual/faults.js';
import { type VirtualTarget, openVirtualDrive } from '../virtual/virtual-target.js';
import { type DriveAccess } from './drive-access.js';
import { type VirtualOperation } from './protocol.js';

type FaultsOperation = Extract<VirtualOperation, { kind: 'faults' }>;

const parseFaults = ({ faults }: FaultsOperation): ReturnType<typeof faultScript.parse> => {
  const parsed = faultScript.safeParse(faults);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
  throw new SpindleError('schema-violation', 'The faults are not what the virtual drive knows', { errors });
};

const operate = (target: VirtualTarget, operation: VirtualOperation): Promise<void> => {
  switch (operation.kind) {
    case 'insert':
      return target.insertMedium(operation.medium);
    case 'remove':
      return target.removeMedium();
    case 'faults':
      return target.setFaults(parseFaults(operation));
  }
};

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
      await operate(plugged(), operation);
    } catch (error) {
      if (!(error instanceof SpindleError) || error.code !== 'drive-lost') throw error;
      target = undefined;
      await operate(plugged(), operation);
    }
  };
  return {
    open: async () => open(),
    openToLook: async () => open(),
    operate: plugIn,
    deviceName: undefined,
    close: async () => {
      await target?.close();
    },
  };
};
