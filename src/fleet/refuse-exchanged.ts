import { SpindleError } from '../errors.js';

/**
 * Whose files were exchanged while it ran gets a worker of the other build whenever it starts one.
 * @throws SpindleError `worker-incompatible`
 */
export const refuseExchanged = (daemon: string, worker: string): void => {
  if (daemon === worker) return;
  throw new SpindleError(
    'worker-incompatible',
    `The program was exchanged while the daemon ran, which is ${daemon} and starts workers of ${worker}. Restart the daemon.`,
  );
};
