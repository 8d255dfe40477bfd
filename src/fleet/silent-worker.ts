import { readFileSync } from 'node:fs';
import { SpindleError } from '../errors.js';

/** Accepts connections and says nothing: somebody stopped it, or it is stuck. */
export class SilentWorker extends SpindleError {
  readonly pid: number;

  constructor(pid: number) {
    super('worker-lost', 'The worker did not say hello.');
    this.pid = pid;
  }
}

/** A worker is asked so often within the time that it may be silent. */
const BEATS = 12;
/** What is being recorded may still become good when the worker goes on: then it is waited for so many times as long. */
const PATIENCE_WHILE_RECORDING = 5;

/** How long a worker may be silent; milliseconds. */
export const silenceLimit = (limitMs: number, isRecording: boolean): number =>
  limitMs * (isRecording ? PATIENCE_WHILE_RECORDING : 1);

interface Pulse {
  readonly ask: () => Promise<unknown>;
  readonly limitMs: number;
  readonly isRecording: () => boolean;
  readonly onSilent: () => void;
}

/**
 * Asks a worker at intervals whether it is there, until it has been silent for too long. Beats are counted, not time: to a
 * daemon that stood still itself, all workers were silent meanwhile.
 */
export const watchPulse = ({ ask, limitMs, isRecording, onSilent }: Pulse): (() => void) => {
  let silentBeats = 0;
  let isAsking = false;
  const timer = setInterval(() => {
    silentBeats += 1;
    if (silentBeats > silenceLimit(BEATS, isRecording())) {
      clearInterval(timer);
      onSilent();
    } else if (!isAsking) {
      isAsking = true;
      const heard = (): void => {
        silentBeats = 0;
      };
      ask()
        .then(heard, heard) // a refusal is an answer, and the end of the connection is told elsewhere
        .finally(() => {
          isAsking = false;
        });
    }
  }, limitMs / BEATS);
  return () => {
    clearInterval(timer);
  };
};

/** Kills a worker, if the process still is that of the drive. What its journal says of an attempt is settled as after any death. */
export const endSilentWorker = (pid: number, drive: string): void => {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`"drive":"${drive}"`))
      process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
};
