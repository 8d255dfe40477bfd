import { describe, expect, it } from 'vitest';
import { type ErrorCode, SpindleError } from '../../../src/errors.js';
import { type Phase } from '../../../src/burn/progress.js';
import { endOfFailure } from '../../../src/worker/attempt-end.js';

const failed = (code: ErrorCode): SpindleError => new SpindleError(code, 'because');

describe('the end of an attempt that failed', () => {
  it.each<[ErrorCode, Phase | undefined, boolean, string, ErrorCode]>([
    // before anything could alter the medium
    ['plan-stale', undefined, false, 'refused', 'plan-stale'],
    ['drive-foreign-busy', undefined, false, 'refused', 'drive-foreign-busy'],
    ['canceled', 'wait', false, 'withdrawn', 'canceled'],
    // after that
    ['canceled', 'write', true, 'bad', 'canceled'],
    ['write-failed', 'write', true, 'bad', 'write-failed'],
    ['drive-lost', 'close', true, 'bad', 'drive-lost'],
    ['proof-failed', 'close', true, 'bad', 'proof-failed'],
    // while the closed disc was read
    ['drive-lost', 'verify', true, 'unproven', 'attempt-unproven'],
    ['canceled', 'verify', true, 'unproven', 'attempt-unproven'],
    ['verify-mismatch', 'verify', true, 'bad', 'verify-mismatch'],
    ['verify-unreadable', 'verify', true, 'bad', 'verify-unreadable'],
  ])('by %s in phase %s, touched: %s, is %s with %s', (code, phase, touched, result, problem) => {
    expect(endOfFailure(failed(code), { phase, touched })).toMatchObject({
      result,
      problem: { code: problem },
    });
  });

  it('says what kept a disc from being verified', () => {
    const { problem } = endOfFailure(failed('drive-lost'), { phase: 'verify', touched: true });
    expect(problem?.detail).toContain('drive-lost: because');
  });

  it('is bad and tells nothing of the inside when it was a bug', () => {
    const ended = endOfFailure(new TypeError('x is undefined'), { phase: 'write', touched: true });
    expect(ended).toMatchObject({ result: 'bad', problem: { code: 'internal' } });
    expect(JSON.stringify(ended)).not.toContain('undefined');
  });
});
