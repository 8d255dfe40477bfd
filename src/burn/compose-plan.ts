import type { Medium } from '../drive/medium.js';
import { digestOf } from '../drive/medium-fingerprint.js';
import type { MediumExpectation } from './medium-expectation.js';
import type { Plan, PlanWarning } from './plan.js';
import { PHASES } from './progress.js';
import { eject, lock, unlock } from './recipes/shared-steps.js';
import type { Step } from './step.js';

/** What distinguishes one plan from another for the same medium. */
export interface Course {
  readonly steps: readonly Step[];
  readonly expects: MediumExpectation;
  readonly warnings: readonly PlanWarning[];
  readonly ms: number;
  readonly eject: boolean;
}

type Common = Pick<
  Plan,
  | 'medium'
  | 'mediumFingerprint'
  | 'writeOnce'
  | 'phases'
  | 'steps'
  | 'recovery'
  | 'capacity'
  | 'warnings'
  | 'estimateMs'
  | 'expected'
>;

/** The tray is locked for as long as the steps take. */
export const commonOf = (medium: Medium, course: Course): Common => {
  const steps = [lock, ...course.steps, unlock, ...(course.eject ? [eject] : [])];
  return {
    medium: medium.kind,
    mediumFingerprint: medium.fingerprint,
    writeOnce: !medium.erasable,
    phases: PHASES.filter((phase) => steps.some((step) => step.phase === phase)),
    steps,
    recovery: [],
    capacity: medium.capacity,
    ...(medium.blockBytes !== undefined && { blockBytes: medium.blockBytes }),
    warnings: [...course.warnings],
    estimateMs: Math.round(course.ms),
    expected: course.expects,
  };
};

export const withHash = <P extends object>(plan: P): P & { readonly hash: string } => ({
  ...plan,
  hash: digestOf(plan),
});
