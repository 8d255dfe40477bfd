import { connect, type Socket } from 'node:net';
import type { AttemptRef, JournalEntry } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import { SpindleError, fromFailure } from '../errors.js';
import { isStranger, peerCredentials } from '../os/peer-credentials.js';
import { openFrames } from '../worker/frames.js';
import {
  PROTOCOL,
  workerFrame,
  type DaemonFrame,
  type Observation,
  type WorkerFrame,
  type WorkerRequest,
  type WorkerStatus,
} from '../worker/protocol.js';
import { SilentWorker } from './silent-worker.js';

/** What a worker says unasked. */
export interface WorkerEvents {
  journal(entry: JournalEntry): void;
  progress(attempt: AttemptRef, progress: Progress): void;
  observation(observation: Observation): void;
  /** The connection is over; called once. */
  end(reason: Error | undefined): void;
}

/** A connection to one worker. Requests fail with `worker-lost` when it ends before they are answered. */
export interface WorkerLink {
  /** Status as of the hello. */
  readonly status: WorkerStatus;
  request(request: WorkerRequest): Promise<unknown>;
  /** Once the worker goes along. */
  close(): void;
  /** At once, whether or not the worker still does anything. */
  destroy(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface LinkOptions {
  readonly socketPath: string;
  readonly build: string;
  readonly generation: number;
  readonly events: WorkerEvents;
  /** How long it may take to say hello; milliseconds. */
  readonly helloMs?: number | undefined;
}

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });

/** The directory is ours, and so must be who listens in it: a stranger could say of any disc that it is good. */
const refuseStranger = (socket: Socket, path: string): void => {
  if (!isStranger(socket)) return;
  socket.destroy();
  throw new SpindleError('worker-lost', `Another user listens on ${path}; remove what is there.`);
};

/** A worker that accepted the connection says hello at once; one that does not is stuck. */
export const HELLO_LIMIT_MS = 10_000;

/**
 * Connects to a worker that listens and says hello.
 * @throws the system's ENOENT or ECONNREFUSED when there is none; the worker's refusal when it does not take this daemon.
 */
export const connectWorker = async ({
  socketPath,
  build,
  generation,
  events,
  helloMs = HELLO_LIMIT_MS,
}: LinkOptions): Promise<WorkerLink> => {
  const socket = await connected(socketPath);
  refuseStranger(socket, socketPath);
  const { pid } = peerCredentials(socket);
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let greet: Pending | undefined;
  let over: SpindleError | undefined;

  const settle = (id: number, act: (pending: Pending) => void): void => {
    const waiting = pending.get(id);
    pending.delete(id);
    if (waiting) act(waiting);
  };
  const handlers: { [Op in WorkerFrame['op']]: (frame: Extract<WorkerFrame, { op: Op }>) => void } = {
    hello: ({ status }) => greet?.resolve(status),
    refused: ({ failure }) => greet?.reject(fromFailure(failure)),
    reply: ({ id, value }) => {
      settle(id, (waiting) => {
        waiting.resolve(value);
      });
    },
    failure: ({ id, failure }) => {
      settle(id, (waiting) => {
        waiting.reject(fromFailure(failure));
      });
    },
    observation: ({ observation }) => {
      if (observation) events.observation(observation);
    },
    progress: ({ attempt, progress }) => {
      events.progress(attempt, progress);
    },
    journal: ({ entry }) => {
      events.journal(entry);
    },
  };
  const frames = openFrames<WorkerFrame, DaemonFrame>(socket, {
    receives: workerFrame,
    onFrame: (frame) => {
      (handlers[frame.op] as (frame: WorkerFrame) => void)(frame);
    },
    onEnd: (reason) => {
      over = new SpindleError('worker-lost', 'The connection to the worker ended.', { cause: reason });
      greet?.reject(over);
      for (const waiting of pending.values()) waiting.reject(over);
      pending.clear();
      events.end(reason);
    },
  });

  const status = await new Promise<WorkerStatus>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new SilentWorker(pid));
      frames.destroy();
    }, helloMs);
    greet = {
      resolve: (value) => {
        clearTimeout(limit);
        resolve(value as WorkerStatus);
      },
      reject: (error) => {
        clearTimeout(limit);
        reject(error);
      },
    };
    frames.send({ op: 'hello', protocol: PROTOCOL, build, generation });
  });

  return {
    status,
    request: (request) =>
      new Promise((resolve, reject) => {
        if (over) {
          reject(over);
          return;
        }
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        frames.send({ op: 'request', id, request });
      }),
    close: () => {
      frames.end();
    },
    destroy: () => {
      frames.destroy();
    },
  };
};
