import { SpindleError } from '../errors.js';
import { systemErrorCode } from './system-error.js';

/** Does what writes to `path`; a full disk is a failure that a client can do something about. */
export const withSpace = <T>(path: string, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw new SpindleError('space-exhausted', `There is no space left for ${path}.`, { cause: error });
  }
};
