import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { systemErrorCode } from '../os/system-error.js';
import { withSpace } from './space.js';

const syncDirectory = (path: string): void => {
  const fd = openSync(dirname(path), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** What becomes of a complete file: it replaces what has its name, or stays away when the name is taken. */
type Publish = (temporary: string, path: string) => boolean;

const replace: Publish = (temporary, path) => {
  renameSync(temporary, path);
  return true;
};

const firstWins: Publish = (temporary, path) => {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
};

/** Where a file is written until it is complete; of this process, so that two do not write to one. */
export const temporaryPath = (path: string): string => `${path}.${process.pid}.part`;

const writeWhole = (path: string, fill: (fd: number) => void, publish: Publish): boolean => {
  const temporary = temporaryPath(path);
  const fd = openSync(temporary, 'wx+', 0o600);
  let open = true;
  try {
    withSpace(path, () => {
      fill(fd);
      fsyncSync(fd);
    });
    closeSync(fd);
    open = false;
    const published = publish(temporary, path);
    syncDirectory(path);
    return published;
  } catch (error) {
    if (open) closeSync(fd);
    rmSync(temporary, { force: true });
    throw error;
  }
};

/** Writes a file that is there in full or not at all, after a power cut too; it replaces what had its name. */
export const writeFileAtomically = (path: string, fill: (fd: number) => void): void => {
  writeWhole(path, fill, replace);
};

/** The same, but leaves a file that is there already; false says that there was one. */
export const writeFileOnce = (path: string, fill: (fd: number) => void): boolean =>
  writeWhole(path, fill, firstWins);
