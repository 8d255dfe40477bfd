import { MEDIUM_AMBIGUOUS, MEDIUM_TAKEN_OUT, type MediumAfter, mediumAfter } from '../burn/medium-after.js';
import { plan } from '../burn/plan.js';
import type { Attempt } from '../jobs/records.js';
import type { Observation } from '../worker/protocol.js';
import { understoodReport } from './understood-report.js';

/** When these end, drives tell of the medium in them as of a new one, so that the kernel forgets its old capacity. */
const ANNOUNCED: readonly Attempt['phase'][] = ['format', 'close'];

/** Nothing is said of what may be another medium: it went, the drive says that another one came, or nobody can tell. */
const notKnown = (
  { phase }: Pick<Attempt, 'phase'>,
  { contents, exchanged }: Observation,
): MediumAfter | undefined => {
  if (contents === 'empty' || contents === 'open') return MEDIUM_TAKEN_OUT;
  if (exchanged !== true) return undefined;
  return ANNOUNCED.includes(phase) ? MEDIUM_AMBIGUOUS : MEDIUM_TAKEN_OUT;
};

/** What an interrupted attempt has left on its medium, by what was seen of its drive since; undefined where that does not say. */
export const leftOnMedium = (
  attempt: Pick<Attempt, 'phase' | 'plan'>,
  observation: Observation,
): MediumAfter | undefined => {
  const unknown = notKnown(attempt, observation);
  if (unknown) return unknown;
  if (observation.contents !== 'ready' || !observation.report) return undefined;
  const medium = understoodReport(observation.report)?.medium;
  const { data: altered } = plan.safeParse(attempt.plan);
  return medium && altered && mediumAfter(altered, medium);
};
