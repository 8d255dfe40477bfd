import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SpindleError } from '../errors.js';
import { programPath } from '../program.js';

/** Threads for one thing that is read: each may be stuck in a disk that does not answer, and what lies elsewhere must stay readable. */
const MOST_THREADS = 8;
const threadsOf = new Map<string, number>();

const count = (what: string, change: 1 | -1): void => {
  threadsOf.set(what, (threadsOf.get(what) ?? 0) + change);
};

export interface ReadingThread {
  readonly program: string;
  readonly data: unknown;
  /** What is read, as a client is told it: `The root x`. Its threads are counted together. */
  readonly what: string;
}

/**
 * Starts a thread that opens and reads what may lie on a dead network mount, and so may never return. It counts until it is gone, whoever
 * has given up waiting for it.
 * @throws SpindleError `rate-limited`
 */
export const startReading = ({ program, data, what }: ReadingThread): Worker => {
  if ((threadsOf.get(what) ?? 0) >= MOST_THREADS)
    throw new SpindleError('rate-limited', `${what} is read ${MOST_THREADS} times already.`);
  // The thread closes what it opens, in part by calls that Node does not know of.
  const thread = new Worker(programPath(program), { workerData: data, trackUnmanagedFds: false });
  count(what, 1);
  thread.once('exit', () => {
    count(what, -1);
  });
  thread.on('error', () => undefined); // of one that nobody waits for any more
  return thread;
};

/**
 * The next message of the thread.
 * @throws SpindleError `source-stalled` where it does not come in time.
 */
export const messageOf = async <T>(thread: Worker, what: string, limitMs: number): Promise<T> => {
  const limit = AbortSignal.timeout(limitMs);
  try {
    const [message] = (await once(thread, 'message', { signal: limit })) as [T];
    return message;
  } catch (cause) {
    if (!limit.aborted) throw cause;
    throw new SpindleError('source-stalled', `${what} has not answered for ${limitMs} ms.`, { cause });
  }
};
