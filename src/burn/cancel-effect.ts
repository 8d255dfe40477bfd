import type { Plan } from './plan.js';
import type { Phase } from './progress.js';

/** What canceling costs: nothing, the medium, or it cannot be done any more. */
export type CancelEffect = 'free' | 'ruins-medium' | 'too-late';

/**
 * Canceling while a medium is closed would leave it in limbo; a write-once medium that was written to is lost. A
 * rewritable one is erased next time, and a disc that is only verified is complete already.
 */
export const cancelEffect = (plan: Plan, phase: Phase): CancelEffect => {
  if (phase === 'close') return 'too-late';
  const simulates = plan.do === 'burn' && plan.options.simulate;
  return phase === 'write' && plan.writeOnce && !simulates ? 'ruins-medium' : 'free';
};
