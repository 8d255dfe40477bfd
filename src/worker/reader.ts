import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Failure } from '../errors.js';
import { programPath } from '../program.js';
import type { ReaderOrder, ReaderReport } from './reader-messages.js';

type OrderTo<Do extends ReaderOrder['do']> = Extract<ReaderOrder, { do: Do }>;

/** The thread that touches source files, so that one that does not answer blocks nothing else. */
export interface Reader {
  /** Streams an image into a FIFO; resolves when that is over, with the failure if there was one. */
  stream(order: Omit<OrderTo<'stream'>, 'do'>, onWake: () => void): Promise<Failure | undefined>;
  /** Some bytes of an image; undefined where they cannot be read any more. */
  read(order: Omit<OrderTo<'read'>, 'do' | 'id'>): Promise<Uint8Array | undefined>;
  /** Resolves when the thread has come back from all it was asked before. */
  idle(): Promise<void>;
}

interface Streaming {
  readonly wake: () => void;
  readonly resolve: (failure: Failure | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the thread and waits until it has loaded everything: an upgrade may replace the program's files while the
 * worker lives. It does not keep the process alive.
 */
export const startReader = async (): Promise<Reader> => {
  const thread = new Worker(programPath('worker/reader-thread'), {
    // The addon opens descriptors that node:fs closes.
    trackUnmanagedFds: false,
  });
  const waiting = new Map<number, (bytes: Uint8Array | undefined) => void>();
  let lastId = 0;
  let gone: Error | undefined;
  let streaming: Streaming | undefined;

  const end = (error: Error): void => {
    gone ??= error;
    streaming?.reject(gone);
    streaming = undefined;
    for (const answer of waiting.values()) answer(undefined);
    waiting.clear();
  };
  const hear = (report: ReaderReport): void => {
    if (report.said === 'wake') streaming?.wake();
    if (report.said === 'streamed') {
      streaming?.resolve(report.failure);
      streaming = undefined;
    }
    if (report.said === 'answer') {
      waiting.get(report.id)?.(report.bytes);
      waiting.delete(report.id);
    }
  };
  const send = (order: ReaderOrder): void => {
    thread.postMessage(order);
  };
  const ask = (orderOf: (id: number) => ReaderOrder): Promise<Uint8Array | undefined> =>
    new Promise((resolve) => {
      if (gone) {
        resolve(undefined);
        return;
      }
      const id = (lastId += 1);
      waiting.set(id, resolve);
      send(orderOf(id));
    });

  await once(thread, 'message');
  thread.on('message', hear);
  thread.on('error', end);
  thread.on('exit', () => {
    end(new Error('The reader thread ended'));
  });
  thread.unref();

  return {
    stream: (order, wake) =>
      new Promise((resolve, reject) => {
        if (gone) {
          reject(gone);
          return;
        }
        streaming = { wake, resolve, reject };
        send({ do: 'stream', ...order });
      }),
    read: (order) => ask((id) => ({ do: 'read', id, ...order })),
    idle: async () => {
      await ask((id) => ({ do: 'ping', id }));
    },
  };
};
