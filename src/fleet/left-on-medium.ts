import { MEDIUM_TAKEN_OUT, type MediumAfter, mediumAfter } from '../burn/medium-after.js';
import { plan } from '../burn/plan.js';
import { driveReport } from '../drive/drive.js';
import type { Attempt } from '../jobs/records.js';
import type { Observation } from '../worker/protocol.js';

/** When these end, drives tell of the medium in them as of a new one, so that the kernel forgets its old capacity. */
const ANNOUNCED: readonly Attempt['phase'][] = ['format', 'close'];

/** The medium went, or the drive says that another one came. */
const isGone = ({ phase }: Pick<Attempt, 'phase'>, { contents, exchanged }: Observation): boolean =>
  contents === 'empty' || contents === 'open' || (exchanged === true && !ANNOUNCED.includes(phase));

/** What an interrupted attempt has left on its medium, by what was seen of its drive since; undefined where that does not say. */
export const leftOnMedium = (
  attempt: Pick<Attempt, 'phase' | 'plan'>,
  observation: Observation,
): MediumAfter | undefined => {
  if (isGone(attempt, observation)) return MEDIUM_TAKEN_OUT;
  if (observation.contents !== 'ready' || !observation.report) return undefined;
  const { medium } = driveReport.parse(observation.report);
  const { data: altered } = plan.safeParse(attempt.plan);
  return medium && altered && mediumAfter(altered, medium);
};
