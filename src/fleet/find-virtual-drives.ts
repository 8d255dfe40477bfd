import path from 'node:path';
import { toFailure } from '../errors.js';
import type { VirtualDriveRow } from '../jobs/records.js';
import type { FoundDrive, Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { ANY_MEDIUM, type RestingDrives } from './resting-drives.js';
import { foundVirtualDrive, virtualDriveFolder } from './virtual-drives.js';
import { homeSocketPath, switchOn } from './virtual-homes.js';

interface Places {
  readonly store: Store;
  readonly log: Logger;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  /** Those whose process did not come up a moment ago: others that are looked for do not wait for it again. */
  readonly off: RestingDrives;
}

/** One whose process does not come up is there all the same, as a drive that is switched off. */
const switchOnHome = async (places: Places, { id }: VirtualDriveRow): Promise<void> => {
  const { stateDirectory, runtimeDirectory, log, off } = places;
  if (off.reason(id, ANY_MEDIUM)) return;
  try {
    const logFile = path.join(stateDirectory, 'log', `home-${id}.log`);
    await switchOn(virtualDriveFolder(stateDirectory, id), homeSocketPath(runtimeDirectory, id), logFile);
    off.succeed(id);
  } catch (error) {
    const { code, detail } = toFailure(error);
    off.fail(id, ANY_MEDIUM, { code, drive: id, detail });
    log.error({ drive: id, err: error }, 'a virtual drive could not be switched on');
  }
};

/** One whose folder is damaged is no reason to do without the others. */
const findOne = async (places: Places, row: VirtualDriveRow): Promise<FoundDrive | undefined> => {
  const { stateDirectory, runtimeDirectory, log } = places;
  try {
    const drive = foundVirtualDrive(stateDirectory, row, (id) => homeSocketPath(runtimeDirectory, id));
    if (row.home === 'process') await switchOnHome(places, row);
    return drive;
  } catch (error) {
    log.error({ drive: row.id, err: error }, 'a virtual drive cannot be used');
    return undefined;
  }
};

/** The virtual drives of the store, those with a process of their own switched on. */
export const findVirtualDrives = async (places: Places): Promise<FoundDrive[]> => {
  const rows = await places.store.listVirtualDrives();
  const found = await Promise.all(rows.map((row) => findOne(places, row)));
  return found.filter((drive) => drive !== undefined);
};
