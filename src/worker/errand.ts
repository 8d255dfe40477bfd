/**
 * A process that is started for one thing: what is wanted comes as JSON on standard input up to its end, frames go to standard output, and the
 * last of them, `result` or `failure`, is the end. Whoever started it caps its heap and kills it when nobody waits any more.
 */
import { text } from 'node:stream/consumers';
import { encodeFrame } from './frames.js';
import { toldFailure } from './told-failure.js';

const ORPHAN_CHECK_MS = 500;

/** Resolves when the frame is written. */
export const say = (frame: object): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(encodeFrame(frame), () => {
      resolve();
    });
  });

/** Nobody waits for what a process does whose daemon was killed; what it leaves the next daemon removes. */
const endWithDaemon = (): void => {
  const daemon = process.ppid;
  setInterval(() => {
    if (process.ppid !== daemon) process.exit(1);
  }, ORPHAN_CHECK_MS).unref();
};

/** Ends the process with what the errand says last. */
export const runErrand = async (
  errand: (argument: string) => Promise<{ readonly op: 'progress' | 'result' | 'failure' }>,
): Promise<never> => {
  endWithDaemon();
  process.on('SIGHUP', () => undefined); // what becomes of a closed terminal is for the daemon to say
  const last = await text(process.stdin)
    .then(errand)
    .catch((error: unknown) => ({ op: 'failure', failure: toldFailure(error) }) as const);
  await say(last);
  process.exit(last.op === 'result' ? 0 : 1);
};
