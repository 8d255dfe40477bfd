import type { Attempt } from './records.js';

type CancelObjection = 'too-late-to-cancel' | 'would-ruin-medium';

/** What the job does in its drives that speaks against it. */
export const UNDERWAY: Readonly<Record<CancelObjection, string>> = {
  'too-late-to-cancel': 'is closing its disc in',
  'would-ruin-medium': 'is recording a disc that can be recorded only once, and would be lost, in',
};

/** Nothing is lost with a medium that can be erased or overwritten. What is not known to be either is write-once. */
const isWriteOnce = (medium: unknown): boolean => {
  const { erasable, overwritable } = (medium ?? {}) as { erasable?: unknown; overwritable?: unknown };
  return erasable !== true && overwritable !== true;
};

export const isClosing = ({ phase }: Attempt): boolean => phase === 'close';

const wouldRuin = ({ touched, phase, medium }: Attempt): boolean =>
  touched && phase !== 'verify' && phase !== 'unload' && isWriteOnce(medium);

/**
 * Why a job with these open attempts cannot be canceled. A disc that is being closed is never left like that; such
 * attempts run to their end, and the rest of the job is canceled when there is a rest.
 */
export const cancelObjection = (
  open: readonly Attempt[],
  { pending, force, simulate }: { pending: number; force: boolean; simulate: boolean },
): CancelObjection | undefined => {
  const cancelable = open.filter((attempt) => !isClosing(attempt));
  if (open.length > 0 && cancelable.length === 0 && pending === 0) return 'too-late-to-cancel';
  if (!force && !simulate && cancelable.some(wouldRuin)) return 'would-ruin-medium';
  return undefined;
};
