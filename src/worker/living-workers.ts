import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder } from '../os/flock.js';
import { withOwnFile } from '../os/own-file.js';
import { systemErrorCode } from '../os/system-error.js';
import { workerLockDirectory } from './worker-paths.js';

/** Where no drive ever had a worker, there is none. */
const namesIn = (directory: string): string[] => {
  try {
    return withOwnFile(directory, () => readdirSync(directory));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
};

/**
 * The workers that live, by the processes that hold their locks; for whom no daemon answers.
 * @throws SpindleError `state-inaccessible`
 */
export const livingWorkers = (stateDir: string): string[] => {
  const directory = workerLockDirectory(stateDir);
  const locks = namesIn(directory).filter((name) => name.endsWith('.lock'));
  return locks.flatMap((name) => lockHolder(join(directory, name)) ?? []);
};
