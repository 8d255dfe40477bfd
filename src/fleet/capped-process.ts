import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { z } from 'zod';
import { type ErrorCode, type Failure, fromFailure, SpindleError, toFailure } from '../errors.js';
import { programPath } from '../program.js';
import { refuseExchanged } from './refuse-exchanged.js';
import { TornFrame, openFrames, readFrames } from '../worker/frames.js';
import { type BlockAnswer, blockQuestion, type BlockQuestion } from '../worker/mastering-protocol.js';

/** Heap of such a process: enough for two million entries, too little to hurt the machine. */
const HEAP_MIB = 1024;
/** Per thread. V8 would let it grow to 16 MiB, which makes nothing faster here and takes a third more memory. */
const YOUNG_HEAP_MIB = 2;

/**
 * Of Node, for a program beneath `dist` whose memory is capped.
 * @throws SpindleError `program-exchanged`
 */
export const cappedArguments = (program: string): string[] => {
  refuseExchanged();
  return [
    `--max-old-space-size=${HEAP_MIB}`,
    `--max-semi-space-size=${YOUNG_HEAP_MIB}`,
    programPath(program),
  ];
};

/** A process that is told to end and is stuck in the kernel does not hear of it. */
const STOP_LIMIT_MS = 5000;

/** The longest that it may say nothing while it reads sources. */
export const STALL_LIMIT_MS = 120_000;

type Named = Pick<CappedProgram<unknown, CappedProgress>, 'name' | 'died'>;

/** Somebody killed the process, or the kernel did for want of memory: that says nothing of what it was to do. */
export class ProcessKilled extends SpindleError {
  constructor({ name, died }: Named, signal: string) {
    super(died, `The ${name} process was killed by ${signal}.`);
  }
}

/** How far such a process is; `done` equals `total` while it reads no source. */
interface CappedProgress {
  readonly done: number;
  readonly total: number;
}

/** What such a process says: how far it is, then one result or failure. */
type CappedFrame<Result, Progress extends CappedProgress> =
  | { readonly op: 'progress'; readonly progress: Progress }
  | { readonly op: 'result'; readonly result: Result }
  | { readonly op: 'failure'; readonly failure: Failure };

/** A program that reads what strangers have made, in a process of its own that may die alone. */
interface CappedProgram<Result, Progress extends CappedProgress> {
  readonly name: string;
  /** Beneath `dist`, without its ending. */
  readonly program: string;
  readonly receives: z.ZodType<CappedFrame<Result, Progress>>;
  /** The code of what is told when it ends without an answer. */
  readonly died: ErrorCode;
}

export interface CappedRun<Result> {
  /**
   * Rejects with what hindered it, `source-stalled` when it got stuck in a source, the code of its program when the process died, as
   * ProcessKilled where a signal from outside ended it.
   */
  readonly result: Promise<Result>;
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
const readsSources = ({ done, total }: CappedProgress): boolean => done !== total;

const notUnderstood = ({ name, died }: Named, cause: Error): SpindleError =>
  new SpindleError(died, `The ${name} process said what nobody understands.`, { cause });

/** Reads blocks of a medium; in base64. */
export type AskForBlocks = (question: BlockQuestion) => Promise<string>;

export interface CappedOptions<Progress = CappedProgress> {
  readonly stallMs?: number | undefined;
  /** Where it has a medium to read. */
  readonly askForBlocks?: AskForBlocks | undefined;
  readonly onProgress?: (progress: Progress) => void;
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

/** Runs one such process to its end; `argument` is JSON for its standard input. */
export const runCapped = <Result, Progress extends CappedProgress>(
  program: CappedProgram<Result, Progress>,
  argument: string,
  { stallMs = STALL_LIMIT_MS, askForBlocks, onProgress }: CappedOptions<Progress> = {},
): CappedRun<Result> => {
  const child = spawn(process.execPath, cappedArguments(program.program), {
    stdio: ['pipe', 'pipe', 'ignore', askForBlocks ? 'pipe' : 'ignore'],
  });
  const [stdin, stdout, , asking] = child.stdio;
  if (!stdin || !stdout) throw new TypeError('a process without the pipes that it was given');
  const result = new Promise<Result>((settle, fail) => {
    /** Frames that are in the pipe by then come behind what its caller was told. */
    let isOver = false;
    const resolve = (value: Result): void => {
      isOver = true;
      settle(value);
    };
    const reject = (error: SpindleError): void => {
      isOver = true;
      fail(error);
    };
    const died = (cause?: unknown): void => {
      reject(
        new SpindleError(program.died, `The ${program.name} process ended without an answer.`, { cause }),
      );
    };
    const ended = (code: number | null, signal: string | null): void => {
      watch.end();
      if (signal === null) died(`exit code ${code}`);
      else reject(new ProcessKilled(program, signal));
    };
    const watch = startWatch(stallMs, () => {
      reject(
        new SpindleError('source-stalled', `The ${program.name} process has not got on for ${stallMs} ms.`),
      );
      child.kill('SIGKILL');
    });
    if (asking instanceof Duplex && askForBlocks) answerBlocks(asking, askForBlocks, watch);
    readFrames(stdout, {
      receives: program.receives,
      onFrame: (frame) => {
        if (frame.op === 'result') resolve(frame.result);
        else if (frame.op === 'failure') reject(fromFailure(frame.failure));
        else {
          if (!isOver) onProgress?.(frame.progress);
          if (readsSources(frame.progress)) watch.restart();
          else watch.stop();
        }
      },
      onEnd: (reason) => {
        // A process that is killed ends within a frame or between two; how it ended is known when it is gone.
        if (reason && !(reason instanceof TornFrame)) reject(notUnderstood(program, reason));
        if (reason) child.kill('SIGKILL');
      },
    });
    child.once('error', died);
    child.once('close', ended);
  });
  // A process that dies before it has read its request must not take the daemon with it.
  stdin.on('error', () => undefined);
  stdin.end(argument);
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
