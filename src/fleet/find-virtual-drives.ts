import path from 'node:path';
import type { VirtualDriveRow } from '../jobs/records.js';
import type { FoundDrive, Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { foundVirtualDrive, virtualDriveFolder } from './virtual-drives.js';
import { homeSocketPath, switchOn } from './virtual-homes.js';

interface Places {
  readonly store: Store;
  readonly log: Logger;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
}

/** One whose folder is damaged or whose process does not come up is no reason to do without the others. */
const findOne = async (places: Places, row: VirtualDriveRow): Promise<FoundDrive | undefined> => {
  const { stateDirectory, runtimeDirectory, log } = places;
  const socketOf = (id: string): string => homeSocketPath(runtimeDirectory, id);
  try {
    const folder = virtualDriveFolder(stateDirectory, row.id);
    const logFile = path.join(stateDirectory, 'log', `home-${row.id}.log`);
    if (row.home === 'process') await switchOn(folder, socketOf(row.id), logFile);
    return foundVirtualDrive(stateDirectory, row, socketOf);
  } catch (error) {
    log.error({ drive: row.id, err: error }, 'a virtual drive could not be switched on');
    return undefined;
  }
};

/** The virtual drives of the store, those with a process of their own switched on. */
export const findVirtualDrives = async (places: Places): Promise<FoundDrive[]> => {
  const rows = await places.store.listVirtualDrives();
  const found = await Promise.all(rows.map((row) => findOne(places, row)));
  return found.filter((drive) => drive !== undefined);
};
