import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../../os/system-error.js';

const mounts = (): string => {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  }
};

/** Devices whose file systems are in use on this machine, as far as it says: in a root without /proc it does not. */
export const mountedDevices = (): ReadonlySet<string> =>
  new Set(
    mounts()
      .split('\n')
      .map((line) => line.split(' ')[0] ?? ''),
  );
