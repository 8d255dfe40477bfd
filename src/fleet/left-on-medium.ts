import { MEDIUM_TAKEN_OUT, type MediumAfter, mediumAfter } from '../burn/medium-after.js';
import { plan } from '../burn/plan.js';
import type { Attempt } from '../jobs/records.js';
import type { DriveState } from './fleet.js';

/**
 * What an interrupted attempt has left on its medium, by what its drive says now; undefined while it does not say. `isThere`:
 * nobody has taken the medium out meanwhile.
 */
export const leftOnMedium = (
  attempt: Attempt,
  { contents, report }: Pick<DriveState, 'contents' | 'report'>,
  isThere: boolean,
): MediumAfter | undefined => {
  if (!isThere || contents === 'empty' || contents === 'open') return MEDIUM_TAKEN_OUT;
  const { data: altered } = plan.safeParse(attempt.plan);
  return report?.medium && altered && mediumAfter(altered, report.medium);
};
