/**
 * The mastering process: makes one image file and ends. It may die alone, of too large a tree or too little memory;
 * whoever started it caps its heap with --max-old-space-size. See mastering-protocol.ts.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SpindleError } from '../errors.js';
import { programPath } from '../program.js';
import { runErrand, say } from './errand.js';
import { type MasteringFrame, encodeMasteringArgument, masteringArgument } from './mastering-protocol.js';
import { toldFailure } from './told-failure.js';

type Argument = ReturnType<typeof masteringArgument.parse>;

const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new SpindleError('invalid-request', 'The argument is no JSON', { cause });
  }
};

const readArgument = (json: string): Argument => {
  const parsed = masteringArgument.safeParse(parseJson(json));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
  throw new SpindleError('invalid-request', 'The mastering process does not understand the request', {
    errors,
  });
};

/** Everything of the output's name: nothing of an image that is not complete may stay. */
const removeOutput = ({ output }: Argument): void => {
  for (const name of readdirSync(dirname(output))) {
    if (name === basename(output) || name.startsWith(`${basename(output)}.`)) {
      rmSync(join(dirname(output), name), { force: true });
    }
  }
};

const causeOf = (error: Error): SpindleError =>
  'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new SpindleError('mastering-failed', 'The tree needs more memory than the mastering process may use', {
        cause: error,
      })
    : new SpindleError('mastering-failed', error.message, { cause: error });

/** Runs the thread; resolves with its last frame. */
const runThread = (argument: Argument, signal: AbortSignal): Promise<MasteringFrame> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(programPath('worker/mastering-thread'), {
      workerData: JSON.parse(encodeMasteringArgument(argument)) as unknown,
      trackUnmanagedFds: false, // the addon opens descriptors that node:fs closes
    });
    thread.on('message', (frame: MasteringFrame) => {
      if (frame.op === 'progress') void say(frame);
      else resolve(frame);
    });
    thread.once('error', (error) => {
      reject(causeOf(error));
    });
    thread.once('exit', () => {
      reject(
        signal.aborted
          ? new SpindleError('canceled', 'Mastering was stopped')
          : new SpindleError('mastering-failed', 'The mastering thread ended without a word'),
      );
    });
    signal.addEventListener('abort', () => {
      void thread.terminate();
    });
  });

const run = async (json: string, signal: AbortSignal): Promise<MasteringFrame> => {
  const argument = readArgument(json);
  if (existsSync(argument.output)) throw new SpindleError('output-exists', argument.output);
  let last: MasteringFrame;
  try {
    last = await runThread(argument, signal);
  } catch (error) {
    last = { op: 'failure', failure: toldFailure(error) };
  }
  if (last.op === 'failure') removeOutput(argument);
  return last;
};

const stopping = new AbortController();
process.on('SIGTERM', () => {
  stopping.abort();
});
await runErrand((json) => run(json, stopping.signal));
