import { spawn } from 'node:child_process';
import { programPath } from '../program.js';
import { type WorkerArgument } from '../worker/worker-argument.js';

/** A worker that has just been started. */
export interface StartedWorker {
  readonly pid: number | undefined;
  /** Exit code, once it is over; null when a signal ended it. */
  exited(): { readonly code: number | null } | undefined;
}

/**
 * Starts a worker that outlives this process: a session of its own, no inherited streams, no channel. What it has
 * to say goes to its log file and through its socket.
 */
export const startWorker = (argument: WorkerArgument): StartedWorker => {
  const child = spawn(process.execPath, [programPath('worker/main'), JSON.stringify(argument)], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
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
