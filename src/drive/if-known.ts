import { LayoutError } from '../binary/codec.js';
import { type ErrorCode, isSpindleError } from '../errors.js';
import { isDeferred } from './command-failure.js';

/** Failures after which nothing else will be answered either. */
const FATAL: ReadonlySet<ErrorCode> = new Set([
  'drive-lost',
  'drive-timeout',
  'drive-link-failed',
  'drive-not-permitted',
  'device-error',
  'medium-not-present',
  'medium-changed',
  'drive-reset',
  'canceled',
]);

/**
 * What a drive tells of its own accord: undefined where it refuses the question or answers with nonsense. A deferred
 * error is no answer to the question and never swallowed with it.
 */
export const ifKnown = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LayoutError) return undefined;
    if (isSpindleError(error) && !FATAL.has(error.code) && !isDeferred(error)) return undefined;
    throw error;
  }
};
