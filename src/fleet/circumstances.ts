import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import type { Tuning } from '../worker/tuning.js';

/** Where mounts are the same for all, the kernel may have no name for them. */
const mountNamespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/mnt');
  } catch {
    return '';
  }
};

/**
 * What a worker has from the daemon that starts it, for as long as it lives: its limits and quirks, the mounts that it sees, the
 * groups that open drives and sources to it. A digest, to be compared with that of a later daemon.
 */
export const circumstancesOf = (tuning: Tuning): string => {
  const groups = new Set([process.getegid?.(), ...(process.getgroups?.() ?? [])]);
  const all = JSON.stringify([tuning, mountNamespace(), [...groups].sort()]);
  return createHash('sha256').update(all).digest('hex').slice(0, 16);
};
