import { os } from './native.js';

/** Tells the service manager a state, e.g. `READY=1`. sd_notify(3) */
export type Notify = (state: string) => void;

/**
 * `address` is what the service manager set as NOTIFY_SOCKET; without one nobody is told anything. A service manager that cannot be reached
 * is no reason to end, and may be there the next time: `onFailure` hears of the first failure alone.
 */
export const notifier = (address: string | undefined, onFailure: (error: unknown) => void): Notify => {
  let failed = false;
  return (state) => {
    if (address === undefined) return;
    try {
      os.notify(address, state);
    } catch (error) {
      if (!failed) onFailure(error);
      failed = true;
    }
  };
};
