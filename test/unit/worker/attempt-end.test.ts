import { describe, expect, it } from 'vitest';
import { type ErrorCode, SpindleError } from '../../../src/errors.js';
import { type Reached, endOfFailure } from '../../../src/worker/attempt-end.js';

const failed = (code: ErrorCode): SpindleError => new SpindleError(code, 'because');

describe('the end of an attempt that failed', () => {
  it.each<[string, Reached, ErrorCode, string, ErrorCode]>([
    ['an outdated plan', { phase: undefined, touched: false }, 'plan-stale', 'refused', 'plan-stale'],
    [
      'a foreign holder',
      { phase: undefined, touched: false },
      'drive-foreign-busy',
      'refused',
      'drive-foreign-busy',
    ],
    [
      'a cancel before the first write',
      { phase: 'wait', touched: false },
      'canceled',
      'withdrawn',
      'canceled',
    ],
    ['a cancel in mid write', { phase: 'write', touched: true }, 'canceled', 'bad', 'canceled'],
    ['a failed write', { phase: 'write', touched: true }, 'write-failed', 'bad', 'write-failed'],
    ['a drive lost while closing', { phase: 'close', touched: true }, 'drive-lost', 'bad', 'drive-lost'],
    ['a missing proof', { phase: 'close', touched: true }, 'proof-failed', 'bad', 'proof-failed'],
    [
      'a drive lost while verifying',
      { phase: 'verify', touched: true },
      'drive-lost',
      'unproven',
      'attempt-unproven',
    ],
    [
      'a cancel while verifying',
      { phase: 'verify', touched: true },
      'canceled',
      'unproven',
      'attempt-unproven',
    ],
    ...(
      [
        'drive-busy',
        'drive-becoming-ready',
        'drive-faulted',
        'drive-link-failed',
        'tray-locked',
        'medium-write-protected',
        'medium-full',
      ] as const
    ).map((code): [string, Reached, ErrorCode, string, ErrorCode] => [
      `a verification that ended with ${code}`,
      { phase: 'verify', touched: true },
      code,
      'unproven',
      'attempt-unproven',
    ]),
    ['other bytes', { phase: 'verify', touched: true }, 'verify-mismatch', 'bad', 'verify-mismatch'],
    [
      'unreadable blocks',
      { phase: 'verify', touched: true },
      'verify-unreadable',
      'bad',
      'verify-unreadable',
    ],
  ])('after %s is what it must be', (...[, reached, code, result, problem]) => {
    expect(endOfFailure(failed(code), reached)).toMatchObject({ result, problem: { code: problem } });
  });

  it('says what kept a disc from being verified', () => {
    const { problem } = endOfFailure(failed('drive-lost'), { phase: 'verify', touched: true });
    expect(problem?.detail).toContain('drive-lost: because');
  });

  it('is bad when the drive tells of a failed recording while it is verified', () => {
    const scsi = { command: 'READ (10)', cdb: '28', sense: '4/09/00', deferred: true };
    const error = new SpindleError('drive-fault', 'READ (10) was told of an earlier failure', { scsi });
    expect(endOfFailure(error, { phase: 'verify', touched: true })).toMatchObject({ result: 'bad' });
  });

  it('fits its place in the journal, however much is bad, and says what is left out', () => {
    const errors = Array.from({ length: 12_000 }, (_, index) => ({
      pointer: `/${'\udcff'.repeat(index === 0 ? 9000 : 250)}/${index}`,
      message: `block ${index} cannot be read`,
    }));
    const error = new SpindleError('verify-unreadable', `Bad: ${'block 1, '.repeat(5000)}`, { errors });
    const ended = endOfFailure(error, { phase: 'verify', touched: true });
    expect(Buffer.byteLength(JSON.stringify(ended))).toBeLessThan(40 * 1024);
    const listed = ended.problem?.errors ?? [];
    expect(listed.length).toBeGreaterThan(5);
    expect(listed[0]).toEqual(errors[1]);
    expect(ended.problem?.detail).toContain(`Of 12000 errors ${listed.length} are listed.`);
  });

  it('is bad and tells nothing of the inside when it was a bug', () => {
    const ended = endOfFailure(new TypeError('x is undefined'), { phase: 'write', touched: true });
    expect(ended).toMatchObject({ result: 'bad', problem: { code: 'internal' } });
    expect(JSON.stringify(ended)).not.toContain('undefined');
  });
});
