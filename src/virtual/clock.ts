/** Time as a drive sees it. Tests give one that they turn by hand. */
export interface Clock {
  /** Milliseconds from any beginning; never goes back. */
  now(): number;
  /** Calls back after so many milliseconds; the answer takes it back. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
