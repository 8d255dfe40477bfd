import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { Timing } from '../drive/timing.js';
import { SpindleError, isSpindleError } from '../errors.js';
import { systemErrorCode } from '../os/system-error.js';
import { openSg } from '../transport/sg.js';
import type { Transport } from '../transport/transport.js';
import type { DriveAccess } from './drive-access.js';
import { findForeignHolder, suspectHolder } from './foreign-holder.js';

/** udev and blkid look at a drive for a moment whenever something changes. */
const OPEN_TRIES = 4;
const OPEN_PAUSE_MS = 500;

/** Only virtual drives have a hand that does such things. */
const refuseOperation = (): Promise<never> =>
  Promise.reject(new SpindleError('virtual-only', 'The medium of this drive is changed by hand'));

const refuseStatistics = (): Promise<never> =>
  Promise.reject(new SpindleError('virtual-only', 'Real drives keep no such statistics'));

/** Whoever has it may have come since anybody looked last. */
const takenError = async (device: string, cause: unknown): Promise<SpindleError> => {
  const { holder } = await findForeignHolder(device);
  return new SpindleError('drive-foreign-busy', holder ?? (await suspectHolder(device)), { cause });
};

const patiently = async (open: () => Promise<Transport>, timing: Timing): Promise<Transport> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open();
    } catch (error) {
      if (!isSpindleError(error) || error.code !== 'drive-foreign-busy' || tries === OPEN_TRIES) throw error;
    }
    await timing.sleep(OPEN_PAUSE_MS);
  }
};

const openAlone = async (device: string): Promise<Transport> => {
  try {
    return await openSg(device, 'exclusive');
  } catch (error) {
    if (!isSpindleError(error) || error.code !== 'drive-foreign-busy') throw error;
    throw await takenError(device, error);
  }
};

/** How many descriptors and mounts there are of any drive; undefined where the kernel does not say. */
const openDrives = async (): Promise<number | undefined> => {
  try {
    return Number(await readFile('/sys/module/sr_mod/refcnt', 'latin1'));
  } catch {
    return undefined;
  }
};

/** mount(8) looks at a disc for a moment before it takes it, and would find it taken. */
const AWAIT_TRIES = 3;
const AWAIT_PAUSE_MS = 200;

/**
 * Asks the kernel whether somebody whom we may not see has the drive to himself. It says so before the drive hears
 * anything; where nobody has, we have it for some milliseconds.
 */
const refuseTaken = async (device: string, timing: Timing): Promise<void> => {
  for (let tries = 1; tries <= AWAIT_TRIES; tries += 1) {
    if ((await openDrives()) === 0) return;
    await timing.sleep(AWAIT_PAUSE_MS);
  }
  try {
    await (await open(device, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_EXCL)).close();
  } catch (error) {
    if (systemErrorCode(error) === 'EBUSY') throw await takenError(device, error);
  }
};

const lookAtDevice = async (device: string, timing: Timing): Promise<Transport> => {
  const { holder, hidden } = await findForeignHolder(device);
  if (holder !== undefined) throw new SpindleError('drive-foreign-busy', holder);
  if (hidden) await refuseTaken(device, timing);
  return openSg(device, 'look');
};

/** A drive behind the kernel's SG_IO, e.g. /dev/sr0. */
export const sgAccess = (device: string, timing: Timing): DriveAccess => ({
  open: () => patiently(() => openAlone(device), timing),
  openToAsk: () => patiently(() => lookAtDevice(device, timing), timing),
  openToLook: () => lookAtDevice(device, timing),
  operate: refuseOperation,
  statistics: refuseStatistics,
  deviceName: device.replace(/^\/dev\//, ''),
  close: () => Promise.resolve(),
});
