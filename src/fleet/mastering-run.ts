import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { SpindleError, fromFailure, toFailure } from '../errors.js';
import { programPath } from '../program.js';
import { TornFrame, openFrames, readFrames } from '../worker/frames.js';
import {
  type BlockAnswer,
  blockQuestion,
  type BlockQuestion,
  encodeMasteringArgument,
  masteringFrame,
  type MasteringArgument,
  type MasteringFrame,
  type MasteringResult,
} from '../worker/mastering-protocol.js';

/** Heap of the mastering process: enough for two million entries, too little to hurt the machine. */
const HEAP_MIB = 1024;
/** Per thread. V8 would let it grow to 16 MiB, which makes nothing faster here and takes a third more memory. */
const YOUNG_HEAP_MIB = 2;

/** A process that is told to end and is stuck in the kernel does not hear of it. */
const STOP_LIMIT_MS = 5000;

/** The longest that mastering may say nothing while it reads sources. */
const STALL_LIMIT_MS = 120_000;

/** Somebody killed the process, or the kernel did for want of memory: that says nothing of what it was to do. */
export class MasteringKilled extends SpindleError {
  constructor(signal: string) {
    super('mastering-failed', `The mastering process was killed by ${signal}.`);
  }
}

export interface MasteringRun {
  /**
   * Rejects with what hindered it: `source-missing`, `name-collision`, …, `source-stalled` when it got stuck in a
   * source, `mastering-failed` when the process died, as MasteringKilled where a signal from outside ended it.
   */
  readonly result: Promise<MasteringResult>;
  /** Ends it; partial files are removed by the process itself. */
  stop(): void;
}

interface Watch {
  /** The time begins anew. */
  readonly restart: () => void;
  readonly stop: () => void;
  /** For good. */
  readonly end: () => void;
}

const startWatch = (limitMs: number, onStalled: () => void): Watch => {
  let timer = setTimeout(onStalled, limitMs);
  let over = false;
  const stop = (): void => {
    clearTimeout(timer);
  };
  return {
    restart: () => {
      stop();
      if (!over) timer = setTimeout(onStalled, limitMs);
    },
    stop,
    end: () => {
      over = true;
      stop();
    },
  };
};

/** Writing what was read, to the disk that holds the state, may take as long as it does. */
const readsSources = ({ done, total }: Extract<MasteringFrame, { op: 'progress' }>): boolean =>
  done !== total;

const notUnderstood = (cause: Error): SpindleError =>
  new SpindleError('mastering-failed', 'The mastering process said what nobody understands.', { cause });

/** Reads blocks of the medium that the image continues; in base64. */
export type AskForBlocks = (question: BlockQuestion) => Promise<string>;

export interface MasteringRunOptions {
  readonly stallMs?: number | undefined;
  /** Of an image that continues a session. */
  readonly askForBlocks?: AskForBlocks | undefined;
}

/** Answers what the process asks of the medium. A drive takes its time, which is not that of the process. */
const answerBlocks = (channel: Duplex, ask: AskForBlocks, watch: Watch): void => {
  const answer = async (question: BlockQuestion): Promise<BlockAnswer> => {
    watch.stop();
    try {
      return { bytes: await ask(question) };
    } catch (error) {
      return { failure: toFailure(error) };
    } finally {
      watch.restart();
    }
  };
  const frames = openFrames<BlockQuestion, BlockAnswer>(channel, {
    receives: blockQuestion,
    onFrame: (question) => {
      void answer(question).then((answered) => {
        frames.send(answered);
      });
    },
    onEnd: () => undefined,
  });
};

/** Runs one mastering process to its end; it may die alone. */
export const runMastering = (
  argument: MasteringArgument,
  { stallMs = STALL_LIMIT_MS, askForBlocks }: MasteringRunOptions = {},
): MasteringRun => {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MIB}`,
      `--max-semi-space-size=${YOUNG_HEAP_MIB}`,
      programPath('worker/mastering'),
    ],
    { stdio: ['pipe', 'pipe', 'ignore', askForBlocks ? 'pipe' : 'ignore'] },
  );
  const [stdin, stdout, , asking] = child.stdio;
  if (!stdin || !stdout) throw new TypeError('a process without the pipes that it was given');
  const result = new Promise<MasteringResult>((resolve, reject) => {
    const died = (cause?: unknown): void => {
      reject(
        new SpindleError('mastering-failed', 'The mastering process ended without an answer.', { cause }),
      );
    };
    const ended = (code: number | null, signal: string | null): void => {
      watch.end();
      if (signal === null) died(`exit code ${code}`);
      else reject(new MasteringKilled(signal));
    };
    const watch = startWatch(stallMs, () => {
      reject(new SpindleError('source-stalled', `Mastering has not got on for ${stallMs} ms.`));
      child.kill('SIGKILL');
    });
    if (asking instanceof Duplex && askForBlocks) answerBlocks(asking, askForBlocks, watch);
    readFrames(stdout, {
      receives: masteringFrame,
      onFrame: (frame) => {
        if (frame.op === 'result') resolve(frame.result);
        else if (frame.op === 'failure') reject(fromFailure(frame.failure));
        else if (readsSources(frame)) watch.restart();
        else watch.stop();
      },
      onEnd: (reason) => {
        // A process that is killed ends within a frame or between two; how it ended is known when it is gone.
        if (reason && !(reason instanceof TornFrame)) reject(notUnderstood(reason));
        if (reason) child.kill('SIGKILL');
      },
    });
    child.once('error', died);
    child.once('close', ended);
  });
  // A process that dies before it has read its request must not take the daemon with it.
  stdin.on('error', () => undefined);
  stdin.end(encodeMasteringArgument(argument));
  return {
    result,
    stop: () => {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      child.once('close', () => {
        clearTimeout(limit);
      });
    },
  };
};
