import type { Logger } from '../log.js';
import { watchUevents, type Uevent } from '../os/uevents.js';

export interface DeviceWatch {
  close(): void;
}

const isOptical = ({ subsystem, deviceName }: Uevent): boolean =>
  subsystem === 'block' && /^sr\d+$/.test(deviceName ?? '');

/** Where the kernel does not tell (some containers), and for what it forgot to tell. */
const RESCAN_MS = 30_000;

/**
 * Says when optical drives may have come or gone. Media are the workers' affair; they watch their own drives.
 */
export const watchDevices = (onChange: () => void, log: Logger): DeviceWatch => {
  const timer = setInterval(onChange, RESCAN_MS).unref();
  const close = (): void => {
    clearInterval(timer);
  };
  try {
    const watch = watchUevents((event) => {
      if (isOptical(event) && event.action !== 'change') onChange();
    }, onChange);
    return {
      close: () => {
        watch.close();
        close();
      },
    };
  } catch (error) {
    log.info({ err: error }, 'the kernel does not tell of devices here; drives are looked for every 30 s');
    return { close };
  }
};
