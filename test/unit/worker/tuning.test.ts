import { describe, expect, it } from 'vitest';
import { tuning } from '../../../src/worker/tuning.js';

/** As many milliseconds as a timer of Node counts; of more it rings after one. */
const LONGEST_TIMER_MS = 2_147_483_647;

const DURATIONS = Object.keys(tuning.shape).filter((name) => name.endsWith('Ms'));

describe('the limits of workers', () => {
  it.each(DURATIONS)('take no %s that a timer cannot count, not even twice', (name) => {
    for (const value of [1e12, LONGEST_TIMER_MS, LONGEST_TIMER_MS / 2])
      expect(tuning.safeParse({ [name]: Math.floor(value) }).success).toBe(false);
  });

  it.each(DURATIONS)('take a %s of days', (name) => {
    expect(tuning.safeParse({ [name]: 3 * 86_400_000 }).success).toBe(true);
  });
});
