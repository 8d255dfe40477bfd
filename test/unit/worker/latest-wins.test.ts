import { describe, expect, it, vi } from 'vitest';
import { latestWins } from '../../../src/worker/latest-wins.js';

describe('progress', () => {
  it('is passed on at most once per interval, of those in between the latest', () => {
    vi.useFakeTimers({ now: 0 });
    try {
      const passed: [number, number][] = [];
      const timing = { now: () => Date.now(), sleep: () => Promise.resolve() };
      const paced = latestWins<number>(250, timing, (value) => passed.push([Date.now(), value]));
      for (let value = 0; value < 100; value += 1) {
        paced.offer(value);
        vi.advanceTimersByTime(10);
      }
      vi.advanceTimersByTime(1000);
      expect(passed).toEqual([
        [0, 0],
        [250, 24],
        [500, 49],
        [750, 74],
        [1000, 99],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('says nothing more once it is stopped', () => {
    vi.useFakeTimers({ now: 0 });
    try {
      const passed: number[] = [];
      const timing = { now: () => Date.now(), sleep: () => Promise.resolve() };
      const paced = latestWins<number>(250, timing, (value) => passed.push(value));
      paced.offer(1);
      paced.offer(2);
      paced.stop();
      vi.advanceTimersByTime(1000);
      expect(passed).toEqual([1]);
    } finally {
      vi.useRealTimers();
    }
  });
});
