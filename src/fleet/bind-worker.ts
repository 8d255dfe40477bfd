import { SpindleError } from '../errors.js';
import type { WorkerArgument } from '../worker/worker-argument.js';
import { socketPath } from '../worker/worker-paths.js';
import { comeUp } from './come-up.js';
import { connectWorker, type WorkerEvents, type WorkerLink } from './worker-link.js';
import { spawnDriveProcess } from './spawn-drive-process.js';

export interface Binding {
  readonly link: WorkerLink;
  /** The worker was there before; what it does not know, nobody does. */
  readonly found: boolean;
}

export interface BindOptions {
  readonly argument: WorkerArgument;
  readonly generation: number;
  readonly events: WorkerEvents;
  readonly signal: AbortSignal;
  readonly helloMs?: number | undefined;
  /** Where none listens, none is started. */
  readonly startsNone?: boolean | undefined;
}

/** A worker loads all its modules before it listens; on a busy machine that takes seconds. */
const START_LIMIT_MS = 60_000;

/** Nobody listens: the socket is not there, or its worker is dead. */
const isNobody = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');

const tryConnect = async ({
  argument,
  generation,
  events,
  helloMs,
}: BindOptions): Promise<WorkerLink | undefined> => {
  try {
    return await connectWorker({
      socketPath: socketPath(argument.runtimeDir, argument.drive),
      build: argument.build,
      generation,
      events,
      helloMs,
    });
  } catch (error) {
    if (isNobody(error)) return undefined;
    throw error;
  }
};

const startAndConnect = (options: BindOptions): Promise<WorkerLink> => {
  const { argument, signal } = options;
  const started = spawnDriveProcess('worker/main', JSON.stringify(argument));
  return comeUp(started, {
    limitMs: START_LIMIT_MS,
    signal,
    find: () => tryConnect(options),
    failed: (how) =>
      new SpindleError(
        'worker-lost',
        `The worker of drive ${argument.drive} ${how}; see ${argument.logFile}.`,
      ),
  });
};

const startOrFail = (options: BindOptions): Promise<WorkerLink> => {
  if (!options.startsNone) return startAndConnect(options);
  throw new SpindleError('worker-lost', `The worker of drive ${options.argument.drive} does not listen.`);
};

/**
 * Attaches to the worker of a drive, or starts one where none is alive.
 * @throws SpindleError `worker-lost` when it does not come up; the worker's own refusal of this daemon.
 */
export const bindWorker = async (options: BindOptions): Promise<Binding> => {
  const found = await tryConnect(options);
  const link = found ?? (await startOrFail(options));
  // It said hello to somebody who has gone meanwhile.
  if (options.signal.aborted) link.destroy();
  options.signal.throwIfAborted();
  return { link, found: found !== undefined };
};
