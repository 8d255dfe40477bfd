import type { Plan } from './plan.js';
import type { Phase } from './progress.js';

/** What canceling costs: nothing, the medium, or it cannot be done any more. */
export type CancelEffect = 'free' | 'ruins-medium' | 'too-late';

/** How far the work has come. */
interface Reached {
  /** Undefined before the first. */
  readonly phase: Phase | undefined;
  /** A step that alters the medium has begun. */
  readonly touched: boolean;
}

/** A disc that is only verified, or given out, is complete already. */
const COMPLETE: ReadonlySet<Phase> = new Set(['verify', 'unload']);

/**
 * Canceling while a medium is closed would leave it in limbo. A write-once medium is lost with the first step that alters it,
 * which need not be a WRITE: reserving, setting the layer break and formatting are done once, too. A rewritable one is
 * erased next time.
 */
export const cancelEffect = (plan: Plan, { phase, touched }: Reached): CancelEffect => {
  if (phase === 'close') return 'too-late';
  if (!touched || phase === undefined || COMPLETE.has(phase)) return 'free';
  const simulates = plan.do === 'burn' && plan.options.simulate;
  return plan.writeOnce && !simulates ? 'ruins-medium' : 'free';
};
