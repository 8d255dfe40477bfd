import { parentPort, workerData } from 'node:worker_threads';
import { type Failure, fromFailure, toFailure } from '../errors.js';
import { messageOf, startReading } from './reading-thread.js';

type RootAnswer<T> = { readonly value: T } | { readonly failure: Failure };

const LIMIT_MS = 10_000;

/** One question about what lies beneath a root, and the program that answers it by `answerFromThread`. */
export interface RootQuestion {
  readonly program: string;
  readonly root: string;
  readonly question: unknown;
  readonly limitMs?: number | undefined;
}

/**
 * Asks in a thread of its own. After `limitMs` the request ends with `source-stalled`, and the thread is left to itself.
 * @throws SpindleError `source-stalled`, `rate-limited`, and what the program throws.
 */
export const askRoot = async <T>({
  program,
  root,
  question,
  limitMs = LIMIT_MS,
}: RootQuestion): Promise<T> => {
  const what = `The root ${root}`;
  const thread = startReading({ program, data: question, what });
  try {
    const answer = await messageOf<RootAnswer<T>>(thread, what, limitMs);
    if ('failure' in answer) throw fromFailure(answer.failure);
    return answer.value;
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
