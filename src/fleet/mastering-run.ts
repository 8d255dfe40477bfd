import { spawn } from 'node:child_process';
import { SpindleError, fromFailure } from '../errors.js';
import { programPath } from '../program.js';
import { readFrames } from '../worker/frames.js';
import {
  encodeMasteringArgument,
  masteringFrame,
  type MasteringArgument,
  type MasteringResult,
} from '../worker/mastering-protocol.js';

/** Heap of the mastering process: enough for two million entries, too little to hurt the machine. */
const HEAP_MIB = 1024;

export interface MasteringRun {
  /** Rejects with what hindered it: `source-missing`, `name-collision`, …, `mastering-failed` when the process died. */
  readonly result: Promise<MasteringResult>;
  /** Ends it; partial files are removed by the process itself. */
  stop(): void;
}

/** Runs one mastering process to its end; it may die alone. */
export const runMastering = (argument: MasteringArgument): MasteringRun => {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${HEAP_MIB}`, programPath('worker/mastering')],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const result = new Promise<MasteringResult>((resolve, reject) => {
    const died = (cause?: unknown): void => {
      reject(
        new SpindleError('mastering-failed', 'The mastering process ended without an answer.', { cause }),
      );
    };
    readFrames(child.stdout, {
      receives: masteringFrame,
      onFrame: (frame) => {
        if (frame.op === 'result') resolve(frame.result);
        if (frame.op === 'failure') reject(fromFailure(frame.failure));
      },
      onEnd: died,
    });
    child.once('error', died);
  });
  // A process that dies before it has read its request must not take the daemon with it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(encodeMasteringArgument(argument));
  return {
    result,
    stop: () => {
      child.kill('SIGTERM');
    },
  };
};
