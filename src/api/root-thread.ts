import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type Failure, fromFailure, SpindleError, toFailure } from '../errors.js';
import { programPath } from '../program.js';

type RootAnswer<T> = { readonly value: T } | { readonly failure: Failure };

const LIMIT_MS = 10_000;

/** Threads per root: each may be stuck in a disk that does not answer, and other roots must stay readable. */
const MAX_THREADS = 8;
const threadsOf = new Map<string, number>();

const count = (root: string, change: 1 | -1): void => {
  threadsOf.set(root, (threadsOf.get(root) ?? 0) + change);
};

/** A thread counts until it is gone: one that is stuck in the kernel stays, whoever has given up waiting for it. */
const startThread = (program: string, root: string, question: unknown): Worker => {
  // The thread closes what it opens, in part by calls that Node does not know of.
  const thread = new Worker(programPath(program), { workerData: question, trackUnmanagedFds: false });
  count(root, 1);
  thread.once('exit', () => {
    count(root, -1);
  });
  thread.on('error', () => undefined); // of one that nobody waits for any more
  return thread;
};

/** One question about what lies beneath a root, and the program that answers it by `answerFromThread`. */
export interface RootQuestion {
  readonly program: string;
  readonly root: string;
  readonly question: unknown;
  readonly limitMs?: number | undefined;
}

/**
 * Asks in a thread of its own, since opening and reading on a dead network mount never returns: after `limitMs` the
 * request ends with `source-stalled`, and the thread is left to itself.
 * @throws SpindleError `source-stalled`, `rate-limited`, and what the program throws.
 */
export const askRoot = async <T>({
  program,
  root,
  question,
  limitMs = LIMIT_MS,
}: RootQuestion): Promise<T> => {
  if ((threadsOf.get(root) ?? 0) >= MAX_THREADS)
    throw new SpindleError('rate-limited', `${MAX_THREADS} questions to the root ${root} are open already`);
  const thread = startThread(program, root, question);
  const limit = AbortSignal.timeout(limitMs);
  try {
    const [answer] = (await once(thread, 'message', { signal: limit })) as [RootAnswer<T>];
    if ('failure' in answer) throw fromFailure(answer.failure);
    return answer.value;
  } catch (cause) {
    if (!limit.aborted) throw cause;
    throw new SpindleError('source-stalled', `The root ${root} has not answered for ${limitMs} ms`, {
      cause,
    });
  } finally {
    thread.unref();
    void thread.terminate();
  }
};

/** In the thread: answers the question that it was started for, which only its asker knows the type of. */
export const answerFromThread = (find: (question: never) => unknown): void => {
  const answer = (): RootAnswer<unknown> => {
    try {
      return { value: find(workerData as never) };
    } catch (error) {
      return { failure: toFailure(error) };
    }
  };
  parentPort?.postMessage(answer());
};
