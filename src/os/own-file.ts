import { dirname } from 'node:path';
import { SpindleError } from '../errors.js';
import { foreignOwners } from './foreign-owners.js';
import { withSpace } from './space.js';
import { systemErrorCode } from './system-error.js';

/** What keeps a process from its file although nothing is wrong with what the file says: rights, the disk, another thing there. */
const OUT_OF_REACH: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EIO', 'EISDIR']);

/**
 * Opens, makes or writes a file that the daemon and its workers keep.
 * @throws SpindleError `space-exhausted`, `state-inaccessible`
 */
export const withOwnFile = <T>(path: string, act: () => T): T => {
  try {
    return withSpace(path, act);
  } catch (error) {
    if (!OUT_OF_REACH.has(systemErrorCode(error) ?? '')) throw error;
    const [reason = ''] = (error as Error).message.split(',');
    throw new SpindleError(
      'state-inaccessible',
      `${path}: ${reason}${foreignOwners([dirname(path), path])}.`,
      { cause: error },
    );
  }
};
