import { existsSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** sched(7), autogroup: among sessions, and a detached process has one of its own, only this value counts. */
const AUTOGROUP = '/proc/self/autogroup';

/**
 * Goes before what can wait: a drive that is not fed in time stops, or ruins its disc. Threads that are started later
 * inherit it. False without the right to (CAP_SYS_NICE): then everything stays as it is.
 */
export const raisePriority = (): boolean => {
  const nice = constants.priority.PRIORITY_HIGH;
  try {
    setPriority(nice);
    if (existsSync(AUTOGROUP)) writeFileSync(AUTOGROUP, String(nice));
    return true;
  } catch {
    return false;
  }
};
