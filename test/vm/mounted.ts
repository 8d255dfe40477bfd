import { execFileSync } from 'node:child_process';
import { MOUNT_POINT } from './holder.js';

export const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
};

interface Mount {
  readonly type: 'iso9660' | 'udf';
  /** An image or a device. */
  readonly from: string;
  readonly options: string;
}

/** Does something while the kernel shows a volume at the mount point. */
export const mounted = <T>({ type, from, options }: Mount, act: () => T): T => {
  run('mount', '-t', type, '-o', options, from, MOUNT_POINT);
  try {
    return act();
  } finally {
    run('umount', MOUNT_POINT);
  }
};
