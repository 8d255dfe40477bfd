import { readFileSync } from 'node:fs';

/** Devices whose file systems are in use on this machine. */
export const mountedDevices = (): ReadonlySet<string> =>
  new Set(
    readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0] ?? ''),
  );
