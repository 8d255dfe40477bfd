import type { Failure } from '../errors.js';

/**
 * Whether an image that continues a medium failed for what may be otherwise soon: its drive was taken by another job, or is gone, or holds
 * another medium. The job then waits for its medium as if no image had been begun.
 */
export const isOfTheDrive = ({ code }: Pick<Failure, 'code'>): boolean =>
  /^drive-|^(worker-lost|medium-changed|medium-not-present)$/.test(code);
