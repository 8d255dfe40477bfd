import { describe, expect, it } from 'vitest';
import { cancelObjection } from '../../../src/jobs/cancel-objection.js';
import type { Attempt } from '../../../src/jobs/records.js';

const WRITE_ONCE = { erasable: false, overwritable: false };
const REWRITABLE = { erasable: true, overwritable: false };

const attempt = (some: Partial<Attempt>): Attempt => ({
  job: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E',
  copy: 1,
  number: 1,
  drive: 'one',
  state: 'underway',
  touched: true,
  phase: 'write',
  medium: WRITE_ONCE,
  startedAt: '2026-11-22T12:00:00.000Z',
  ...some,
});
const without = { pending: 0, force: false, simulate: false };

describe('canceling', () => {
  it('is free before a medium was touched', () => {
    expect(cancelObjection([attempt({ touched: false, phase: 'wait' })], without)).toBeUndefined();
  });

  it('wants force while a disc is written that can be written only once', () => {
    expect(cancelObjection([attempt({})], without)).toBe('would-ruin-medium');
    expect(cancelObjection([attempt({})], { ...without, force: true })).toBeUndefined();
  });

  it('takes a medium of which it knows nothing for write-once', () => {
    expect(cancelObjection([attempt({ medium: null })], without)).toBe('would-ruin-medium');
  });

  it('wants no force on rewritable media, in a test write and while verifying', () => {
    expect(cancelObjection([attempt({ medium: REWRITABLE })], without)).toBeUndefined();
    expect(cancelObjection([attempt({})], { ...without, simulate: true })).toBeUndefined();
    expect(cancelObjection([attempt({ phase: 'verify' })], without)).toBeUndefined();
  });

  it('comes too late while the disc is closed, with force as well', () => {
    expect(cancelObjection([attempt({ phase: 'close' })], { ...without, force: true })).toBe(
      'too-late-to-cancel',
    );
  });

  it('cancels the rest of a job while one of its discs is closed', () => {
    const closing = attempt({ phase: 'close' });
    expect(cancelObjection([closing], { ...without, pending: 2 })).toBeUndefined();
    expect(cancelObjection([closing, attempt({ drive: 'two', phase: 'verify' })], without)).toBeUndefined();
  });
});
