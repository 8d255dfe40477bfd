import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { isMediumFolder } from '../virtual/medium/medium-store.js';
import { switchOff } from '../worker/hand.js';
import { within } from '../worker/within.js';
import { mediaFolder, unmakeVirtualDrive, virtualDriveFolder } from './virtual-drives.js';
import { homeSocketPath } from './virtual-homes.js';

interface Places {
  readonly store: Store;
  readonly log: Logger;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
}

/** A home that is stuck must not keep the daemon from starting. */
const OFF_LIMIT_MS = 5000;

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/**
 * Removes what a daemon left that was killed while it made or removed a virtual drive, or made a blank: folders of drives
 * that the store does not know, homes of such drives, and media that never were any. To be asked before drives are made.
 */
export const removeLeftVirtual = async (places: Places): Promise<void> => {
  const { store, log, stateDirectory, runtimeDirectory } = places;
  const known = new Set((await store.listVirtualDrives()).map(({ id }) => id));
  for (const id of namesIn(path.dirname(virtualDriveFolder(stateDirectory, 'any')))) {
    if (known.has(id)) continue;
    log.info({ drive: id }, 'a virtual drive that was not finished, or is removed, is cleared away');
    await within(OFF_LIMIT_MS, switchOff(homeSocketPath(runtimeDirectory, id))); // most have no home
    try {
      unmakeVirtualDrive(stateDirectory, id);
    } catch (error) {
      log.warn({ drive: id, err: error }, 'it could not be cleared away; the next start tries again');
    }
  }
  const media = mediaFolder(stateDirectory);
  for (const name of namesIn(media)) {
    const folder = path.join(media, name);
    if (!isMediumFolder(folder)) rmSync(folder, { recursive: true, force: true });
  }
};
