import type { WorkerArgument } from '../worker/worker-argument.js';
import { spawnDriveProcess } from './spawn-drive-process.js';

/** A worker that has just been started. */
export interface StartedWorker {
  readonly pid: number | undefined;
  /** Exit code, once it is over; null when a signal ended it. */
  exited(): { readonly code: number | null } | undefined;
}

/** Starts a worker. */
export const startWorker = (argument: WorkerArgument): StartedWorker => {
  const child = spawnDriveProcess('worker/main', JSON.stringify(argument));
  let exit: { code: number | null } | undefined;
  child.once('exit', (code) => {
    exit = { code };
  });
  child.once('error', () => {
    exit = { code: null };
  });
  child.unref();
  return { pid: child.pid, exited: () => exit };
};
