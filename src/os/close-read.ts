import { closeSync } from 'node:fs';
import { systemErrorCode } from './system-error.js';

/**
 * Closes what was only read. The descriptor is gone whatever close(2) says, and what was read was compared before: that a file system is
 * dead by now is no failure. Only a descriptor that is none is a mistake of ours.
 */
export const closeRead = (fd: number): void => {
  try {
    closeSync(fd);
  } catch (error) {
    if (systemErrorCode(error) === 'EBADF') throw error;
  }
};
