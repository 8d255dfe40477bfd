import { setTimeout } from 'node:timers/promises';

/** Clock and sleep of whatever waits for a drive; a parameter, so that tests wait for nothing. */
export interface Timing {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Rejects with the reason of `signal` when that is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const REAL_TIMING: Timing = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted();
    try {
      await setTimeout(milliseconds, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
