import { os } from './native.js';

/** Tells the service manager a state, e.g. `READY=1`. sd_notify(3) */
export type Notify = (state: string) => void;

/** `address` is what the service manager set as NOTIFY_SOCKET; without one nobody is told anything. */
export const notifier =
  (address: string | undefined): Notify =>
  (state) => {
    if (address !== undefined) os.notify(address, state);
  };
