import { describe, expect, it } from 'vitest';
import { copyAfter, earnedState, type EndedAttempt } from '../../../src/jobs/after-attempt.js';

const ended = (some: Partial<EndedAttempt>): EndedAttempt => ({
  state: 'bad',
  touched: true,
  problem: { code: 'write-failed', detail: '' },
  cancelRequested: false,
  touchedAttempts: 1,
  untouchedAttempts: 0,
  unacceptedAttempts: 0,
  maxAttempts: 1,
  simulated: false,
  ...some,
});

describe('what a worker says of its attempt', () => {
  it('is good only with a proof', () => {
    expect(earnedState('good', { touched: true, proven: false })).toBe('unproven');
    expect(earnedState('good', { touched: true, proven: true })).toBe('good');
  });

  it('cannot be that nothing was done when the medium was touched', () => {
    expect(earnedState('withdrawn', { touched: true, proven: false })).toBe('bad');
    expect(earnedState('refused', { touched: true, proven: false })).toBe('bad');
    expect(earnedState('refused', { touched: false, proven: false })).toBe('refused');
  });
});

describe('a copy', () => {
  it('is good when its attempt was', () => {
    expect(copyAfter(ended({ state: 'good', cancelRequested: true }))).toBe('good');
  });

  it('is bad when no more media may be used up for it', () => {
    expect(copyAfter(ended({}))).toBe('bad');
    expect(copyAfter(ended({ state: 'interrupted' }))).toBe('bad');
    expect(copyAfter(ended({ state: 'unproven' }))).toBe('bad');
  });

  it('is tried again with another medium as long as it may be', () => {
    expect(copyAfter(ended({ maxAttempts: 3, touchedAttempts: 2 }))).toBe('pending');
    expect(copyAfter(ended({ maxAttempts: 3, touchedAttempts: 3 }))).toBe('bad');
  });

  it('is tried again on the same medium when it was not touched', () => {
    const untouched = { touched: false, touchedAttempts: 0, untouchedAttempts: 1 };
    expect(copyAfter(ended({ ...untouched, state: 'withdrawn' }))).toBe('pending');
    expect(copyAfter(ended({ ...untouched, state: 'refused' }))).toBe('pending');
  });

  it('is given up when workers die again and again before they touch the medium', () => {
    const dying = { state: 'withdrawn', touched: false, touchedAttempts: 0, untouchedAttempts: 10 } as const;
    expect(copyAfter(ended(dying))).toBe('bad');
  });

  it('is tried again however often no worker could accept it, until the numbers of attempts end', () => {
    const full = { state: 'withdrawn', touched: false, touchedAttempts: 0 } as const;
    expect(copyAfter(ended({ ...full, unacceptedAttempts: 100 }))).toBe('pending');
    expect(copyAfter(ended({ ...full, unacceptedAttempts: 900 }))).toBe('bad');
  });

  it('is given up when its simulation failed three times', () => {
    const failed = { state: 'refused', touched: false, touchedAttempts: 0, simulated: true } as const;
    expect(copyAfter(ended({ ...failed, untouchedAttempts: 2 }))).toBe('pending');
    expect(copyAfter(ended({ ...failed, untouchedAttempts: 3 }))).toBe('bad');
  });

  it('does not waste another medium on a source that changed', () => {
    const problem = { code: 'source-changed', detail: 'albums/1.flac' } as const;
    expect(copyAfter(ended({ problem, maxAttempts: 5 }))).toBe('bad');
  });

  it('is canceled when canceling ended its attempt, and bad when the disc failed by itself', () => {
    const canceled = { code: 'canceled', detail: '' } as const;
    expect(copyAfter(ended({ cancelRequested: true, problem: canceled }))).toBe('canceled');
    expect(copyAfter(ended({ cancelRequested: true, touched: false }))).toBe('canceled');
    expect(copyAfter(ended({ cancelRequested: true, maxAttempts: 9 }))).toBe('bad');
  });
});
