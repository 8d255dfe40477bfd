import type { Timing } from '../drive/timing.js';
import { SpindleError, isSpindleError } from '../errors.js';
import { openSg } from '../transport/sg.js';
import type { Transport } from '../transport/transport.js';
import type { DriveAccess } from './drive-access.js';
import { findForeignHolder } from './foreign-holder.js';

/** udev and blkid look at a drive for a moment whenever something changes. */
const OPEN_TRIES = 4;
const OPEN_PAUSE_MS = 500;

/** Only virtual drives have a hand that does such things. */
const refuseOperation = (): Promise<never> =>
  Promise.reject(new SpindleError('virtual-only', 'The medium of this drive is changed by hand'));

const refuseStatistics = (): Promise<never> =>
  Promise.reject(new SpindleError('virtual-only', 'Real drives keep no such statistics'));

const withHolder = async (error: SpindleError, device: string): Promise<SpindleError> => {
  const holder = await findForeignHolder(device);
  return new SpindleError(error.code, holder ?? error.message, { cause: error });
};

const openPatiently = async (device: string, timing: Timing): Promise<Transport> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openSg(device, 'exclusive');
    } catch (error) {
      if (!isSpindleError(error) || error.code !== 'drive-foreign-busy') throw error;
      if (tries === OPEN_TRIES) throw await withHolder(error, device);
    }
    await timing.sleep(OPEN_PAUSE_MS);
  }
};

const lookAtDevice = async (device: string): Promise<Transport> => {
  const holder = await findForeignHolder(device);
  if (holder !== undefined) throw new SpindleError('drive-foreign-busy', holder);
  return openSg(device, 'look');
};

/** A drive behind the kernel's SG_IO, e.g. /dev/sr0. */
export const sgAccess = (device: string, timing: Timing): DriveAccess => ({
  open: () => openPatiently(device, timing),
  openToLook: () => lookAtDevice(device),
  operate: refuseOperation,
  statistics: refuseStatistics,
  deviceName: device.replace(/^\/dev\//, ''),
  close: () => Promise.resolve(),
});
