import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { fromFailure } from '../../errors.js';
import type { Logger } from '../../log.js';
import { programPath, shippedPath } from '../../program.js';
import type { StoreEvent } from '../events.js';
import type { StoreReply, StoreRequest, ThreadData } from './messages.js';
import type { Store, Transactions } from './store.js';

/** Every verb once; the compiler knows when one is missing. */
const VERBS: Readonly<Record<keyof Transactions, true>> = {
  beginGeneration: true,
  createJob: true,
  getJob: true,
  listJobs: true,
  copiesOf: true,
  attemptsOf: true,
  holdJob: true,
  releaseJob: true,
  cancelJob: true,
  recordingsOf: true,
  useOf: true,
  cancelOf: true,
  retryJob: true,
  patchJob: true,
  deleteJob: true,
  setReasons: true,
  giveUpJob: true,
  dropImage: true,
  prepareImage: true,
  candidates: true,
  assign: true,
  fold: true,
  withdraw: true,
  interrupt: true,
  noteMedium: true,
  unreadOf: true,
  getAttempt: true,
  openAttempts: true,
  createImage: true,
  planImage: true,
  getImage: true,
  listImages: true,
  imageReady: true,
  imageFailed: true,
  deleteImage: true,
  copiesOfImage: true,
  hasNoUseForSpool: true,
  editDraft: true,
  undoDraft: true,
  lockDraft: true,
  sealDraft: true,
  draftRevisions: true,
  seeDrives: true,
  getDrive: true,
  listDrives: true,
  patchDrive: true,
  createVirtualDrive: true,
  getVirtualDrive: true,
  listVirtualDrives: true,
  patchVirtualDrive: true,
  removeVirtualDrive: true,
  takeLease: true,
  renewLease: true,
  releaseLease: true,
  breakLease: true,
  leaseOf: true,
  listLeases: true,
  expireLeases: true,
  createToken: true,
  findToken: true,
  listTokens: true,
  touchToken: true,
  revokeToken: true,
  announce: true,
  eventsSince: true,
  eventLog: true,
  purge: true,
  beginIdempotent: true,
  finishIdempotent: true,
  abandonIdempotent: true,
  statistics: true,
};

export interface StoreOptions {
  /** Of the database file; beside it lie its journals and the backups of earlier versions. */
  readonly path: string;
  readonly log: Logger;
  /** The store thread died: nothing can be kept any more. Not called by `close`. */
  readonly onLost?: (error: Error) => void;
  /** Folder of the migrations; those that ship with the program by default. */
  readonly migrations?: string;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Listener = (events: readonly StoreEvent[]) => void;

/** The daemon's end of the store thread: numbers the requests and brings each answer to who asked. */
class StoreClient {
  readonly #worker: Worker;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<Listener>();
  #lastId = 0;
  #end: Error | undefined;

  constructor(worker: Worker, log: Logger, onLost: StoreOptions['onLost']) {
    this.#worker = worker;
    this.#log = log;
    worker.on('message', (reply: StoreReply) => {
      this.#take(reply);
    });
    worker.on('error', (error) => {
      log.fatal({ err: error }, 'the store thread died');
      onLost?.(error);
    });
    worker.on('exit', () => {
      this.#stop(new Error('the store is closed'));
    });
  }

  request(verb: keyof Transactions, args: readonly unknown[]): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, verb, args } satisfies StoreRequest);
    });
  }

  onEvents(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#end) return;
    const exit = once(this.#worker, 'exit');
    this.#worker.postMessage('close' satisfies StoreRequest);
    await exit;
  }

  #stop(end: Error): void {
    this.#end = end;
    for (const { reject } of this.#waiting.values()) reject(end);
    this.#waiting.clear();
  }

  #take(reply: StoreReply): void {
    if (reply.op === 'answer') {
      // Events first: who continues after the answer finds that everybody else knows already.
      if (reply.events.length > 0) this.#tell(reply.events);
      this.#settle(reply.id)?.resolve(reply.answer);
    } else if (reply.op === 'failed') {
      if (reply.bug !== undefined) this.#log.error({ stack: reply.bug }, 'a transaction failed unforeseen');
      this.#settle(reply.id)?.reject(fromFailure(reply.failure));
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** A listener that throws is a bug of its own; the others still get their events. */
  #tell(events: readonly StoreEvent[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of events failed');
      }
    }
  }
}

const started = async (worker: Worker, log: Logger): Promise<void> => {
  const [reply] = (await once(worker, 'message')) as [StoreReply];
  if (reply.op !== 'refused') return;
  if (reply.bug !== undefined) log.error({ stack: reply.bug }, 'the database cannot be opened');
  await worker.terminate();
  throw fromFailure(reply.failure);
};

/** Opens the database in a thread of its own; refuses with `database-newer`, `database-damaged`, `state-inaccessible` or `space-exhausted`. */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const { path, log, migrations = shippedPath('migrations') } = options;
  const workerData: ThreadData = { path, migrations };
  const worker = new Worker(programPath('jobs/store/thread'), { workerData });
  await started(worker, log);
  const client = new StoreClient(worker, log, options.onLost);
  const verbs = Object.keys(VERBS).map((verb) => [
    verb,
    (...args: unknown[]) => client.request(verb as keyof Transactions, args),
  ]);
  return {
    ...(Object.fromEntries(verbs) as Omit<Store, 'onEvents' | 'close'>),
    onEvents: (listener) => client.onEvents(listener),
    close: () => client.close(),
  };
};
