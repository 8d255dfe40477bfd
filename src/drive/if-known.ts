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

type Judge = (error: unknown) => boolean;

/** By the sense of a current error, as `5/24/00`. A deferred error is no answer to the question. */
const hasSense =
  (pattern: RegExp): Judge =>
  (error) =>
    isSpindleError(error) &&
    !isDeferred(error) &&
    error.code !== 'drive-fault' &&
    pattern.test(error.scsi?.sense ?? '');

const isNonsense: Judge = (error) => error instanceof LayoutError;

/** ILLEGAL REQUEST and DATA PROTECT in whatever words; what a drive always answers counts as that, too (`knowingHabits`). */
const isRefused: Judge = (error) =>
  hasSense(/^[57]\//)(error) ||
  (isSpindleError(error) && error.code === 'command-refused' && !isDeferred(error));

/** MEDIUM ERROR and BLANK CHECK, and that a drive cannot make its medium out. */
const isOfMedium: Judge = hasSense(/^([38]|2\/(06|30|3E))\//);

const isNoMore: Judge = (error) => isSpindleError(error) && !FATAL.has(error.code) && !isDeferred(error);

const unless =
  (...judges: readonly Judge[]) =>
  async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (judges.some((judge) => judge(error))) return undefined;
      throw error;
    }
  };

/**
 * What a drive tells of its own accord: undefined where it refuses the question or answers with nonsense. That it is busy or at fault just now
 * is no answer: what was concluded from silence would be kept for as long as the medium lies there.
 */
export const ifKnown = unless(isNonsense, isRefused);

/** The same of what lies on the medium, or is told by it: undefined also where that is at fault. */
export const ifReadable = unless(isNonsense, isRefused, isOfMedium);

/** What is asked or done in passing: undefined wherever the drive goes on to answer others, since nothing is concluded from silence. */
export const ifAnswered = unless(isNonsense, isNoMore);
