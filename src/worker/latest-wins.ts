import type { Timing } from '../drive/timing.js';

export interface LatestWins<T> {
  offer(value: T): void;
  /** Whatever waits is dropped. */
  stop(): void;
}

/** Passes values on at most once per interval; of those in between the last one. */
export const latestWins = <T>(
  intervalMs: number,
  timing: Timing,
  pass: (value: T) => void,
): LatestWins<T> => {
  let last = -Infinity;
  let waiting: { value: T; timer: NodeJS.Timeout } | undefined;

  const now = (value: T): void => {
    waiting = undefined;
    last = timing.now();
    pass(value);
  };
  return {
    offer: (value) => {
      if (waiting) {
        waiting.value = value;
        return;
      }
      const left = last + intervalMs - timing.now();
      if (left <= 0) {
        now(value);
        return;
      }
      const next = {
        value,
        timer: setTimeout(() => {
          now(next.value);
        }, left),
      };
      waiting = next;
    },
    stop: () => {
      clearTimeout(waiting?.timer);
      waiting = undefined;
    },
  };
};
