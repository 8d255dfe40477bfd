import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { type Failure, fromFailure, SpindleError } from '../errors.js';
import type { Root } from '../image/image.js';
import { programPath } from '../program.js';
import type { pageQuery } from './paging.js';

export const entryView = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['file', 'directory', 'link', 'other']),
    size: z.int().min(0).max(Number.MAX_SAFE_INTEGER).exactOptional(),
    modifiedAt: z.iso.datetime().exactOptional(),
  })
  .meta({ id: 'DirectoryEntry' });
export type EntryView = z.infer<typeof entryView>;

export interface ListingRequest {
  readonly root: Root;
  /** Beneath the root. */
  readonly path: string;
  readonly page: z.infer<typeof pageQuery>;
}

export interface DirectoryPage {
  readonly items: EntryView[];
  readonly next?: string;
}

export type ListingAnswer = { readonly page: DirectoryPage } | { readonly failure: Failure };

const LIMIT_MS = 10_000;

/** Threads per root: each may be stuck in a disk that does not answer, and other roots must stay readable. */
const MAX_THREADS = 4;
const threadsOf = new Map<string, number>();

const count = (root: string, change: 1 | -1): void => {
  threadsOf.set(root, (threadsOf.get(root) ?? 0) + change);
};

/** A thread counts until it is gone: one that is stuck in the kernel stays, whoever has given up waiting for it. */
const startThread = (request: ListingRequest): Worker => {
  const { name } = request.root;
  // The thread closes what it opens, in part by calls that Node does not know of.
  const options = { workerData: request, trackUnmanagedFds: false };
  const thread = new Worker(programPath('api/listing-thread'), options);
  count(name, 1);
  thread.once('exit', () => {
    count(name, -1);
  });
  thread.on('error', () => undefined); // of one that nobody waits for any more
  return thread;
};

/**
 * One page of a directory. It is read in a thread of its own, since opening and reading a directory of a dead network
 * mount never returns: after `limitMs` the request ends with `source-stalled`, and the thread is left to itself.
 * @throws SpindleError `source-stalled`, `rate-limited`, and what `openBeneath` throws.
 */
export const listDirectory = async (request: ListingRequest, limitMs = LIMIT_MS): Promise<DirectoryPage> => {
  const { name } = request.root;
  if ((threadsOf.get(name) ?? 0) >= MAX_THREADS)
    throw new SpindleError(
      'rate-limited',
      `${MAX_THREADS} listings of the root ${name} are under way already`,
    );
  const thread = startThread(request);
  const limit = AbortSignal.timeout(limitMs);
  try {
    const [answer] = (await once(thread, 'message', { signal: limit })) as [ListingAnswer];
    if ('failure' in answer) throw fromFailure(answer.failure);
    return answer.page;
  } catch (cause) {
    if (!limit.aborted) throw cause;
    throw new SpindleError('source-stalled', `The root ${name} has not answered for ${limitMs} ms`, {
      cause,
    });
  } finally {
    thread.unref();
    void thread.terminate();
  }
};
