import type { Run } from './run.js';

/**
 * A recording is flushed and closed: whoever was done with that sooner than any drive could be has not recorded all of it, whatever was
 * answered (bridges and firmware that say GOOD to every WRITE).
 */
export const noteHaste = (run: Run): void => {
  const { plan, recordingSince, timing } = run;
  if (plan.do !== 'burn' || plan.leastWriteMs === undefined || recordingSince === undefined) return;
  const took = timing.now() - recordingSince;
  if (took < plan.leastWriteMs) run.hastyMs = took;
};
