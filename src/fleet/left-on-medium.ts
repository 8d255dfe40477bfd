import { MEDIUM_AMBIGUOUS, MEDIUM_TAKEN_OUT, type MediumAfter, mediumAfter } from '../burn/medium-after.js';
import { type Plan, plan } from '../burn/plan.js';
import { PHASES, type Phase } from '../burn/progress.js';
import type { Step } from '../burn/step.js';
import type { Attempt } from '../jobs/records.js';
import type { Observation } from '../worker/protocol.js';
import { understoodReport } from './understood-report.js';

/** When these end, drives tell of the medium in them as of a new one, so that the kernel forgets its old capacity. */
const ANNOUNCED: readonly Phase[] = ['format', 'close'];

/** The drive may still have to tell what the attempt itself was the cause of: nobody asks for its events until that has ended. */
const owesNews = ({ phase }: Pick<Attempt, 'phase'>, altered: Plan | undefined): boolean => {
  if (phase === undefined) return false;
  const announced = (step: Step): boolean => step.alters && ANNOUNCED.includes(step.phase);
  const isBegun = (step: Step): boolean => PHASES.indexOf(step.phase) <= PHASES.indexOf(phase);
  return altered?.steps.some((step) => announced(step) && isBegun(step)) ?? true;
};

/** Nothing is said of what may be another medium: it went, the drive says that another one came, or nobody can tell. */
const notKnown = (
  attempt: Pick<Attempt, 'phase'>,
  altered: Plan | undefined,
  { contents, exchanged }: Observation,
): MediumAfter | undefined => {
  if (contents === 'empty' || contents === 'open') return MEDIUM_TAKEN_OUT;
  if (exchanged !== true) return undefined;
  return owesNews(attempt, altered) ? MEDIUM_AMBIGUOUS : MEDIUM_TAKEN_OUT;
};

/** What an interrupted attempt has left on its medium, by what was seen of its drive since; undefined where that does not say. */
export const leftOnMedium = (
  attempt: Pick<Attempt, 'phase' | 'plan'>,
  observation: Observation,
): MediumAfter | undefined => {
  const { data: altered } = plan.safeParse(attempt.plan);
  const unknown = notKnown(attempt, altered, observation);
  if (unknown) return unknown;
  if (observation.contents !== 'ready' || !observation.report) return undefined;
  const medium = understoodReport(observation.report)?.medium;
  return medium && altered && mediumAfter(altered, medium);
};
