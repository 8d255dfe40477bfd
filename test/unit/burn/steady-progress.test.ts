import { describe, expect, it } from 'vitest';
import { SteadyProgress } from '../../../src/burn/steps/steady-progress.js';

describe('what a drive tells of its progress', () => {
  it('never goes back, and says how long the rest takes', () => {
    const steady = new SteadyProgress();
    expect(steady.note(0.25, 10_000)).toEqual({ done: 250, total: 1000, remainingMs: 30_000 });
    expect(steady.note(0.2, 11_000)).toMatchObject({ done: 250, total: 1000 });
    expect(steady.note(0.5, 20_000)).toEqual({ done: 500, total: 1000, remainingMs: 20_000 });
    expect(steady.note(undefined, 21_000)).toMatchObject({ done: 500 });
  });

  it('says nothing of the rest when the drive begins to count once more', () => {
    const steady = new SteadyProgress();
    steady.note(0.9, 10_000);
    expect(steady.note(0.1, 11_000)).toEqual({ done: 900, total: 1000 });
    expect(steady.note(0.95, 30_000)).toEqual({ done: 950, total: 1000 });
  });

  it('is no number of a drive that tells none', () => {
    expect(new SteadyProgress().note(undefined, 5000)).toEqual({ done: 0, total: 0 });
  });
});
