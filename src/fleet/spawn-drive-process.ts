import { spawn } from 'node:child_process';
import { programPath } from '../program.js';

/** For programs whose time goes into the kernel and into digests, and that must never keep a drive waiting. */
const V8_FLAGS = [
  // When several drives start at once, the optimizing compilers of all their processes take every core for seconds,
  // and buffers run empty. What is left to compute suffers little: four copies recorded and verified without a limit
  // of speed took the demo as long as with it.
  '--no-opt',
  // What comes from a socket lies outside of V8's heap: it sees little garbage and much memory, and looks through all
  // it has time and again. With a small young generation it finds the garbage in time.
  '--max-semi-space-size=1',
];

/** A process that has just been started. */
export interface StartedProcess {
  /** How, in words, once it is over. */
  ended(): string | undefined;
}

/**
 * Starts a process that handles a drive and outlives this one: a session of its own, no inherited streams, no channel.
 * What it has to say goes to its log file and through its socket.
 */
export const spawnDriveProcess = (
  program: 'worker/main' | 'worker/virtual-home',
  ...args: readonly string[]
): StartedProcess => {
  const child = spawn(process.execPath, [...V8_FLAGS, programPath(program), ...args], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  });
  child.once('error', ({ message }) => {
    ended = `could not be started: ${message}`;
  });
  child.unref();
  return { ended: () => ended };
};
