import { z } from 'zod';
import { isSpindleError } from '../errors.js';
import { attemptSummary, type AttemptSummary, type JobSummary } from '../jobs/records.js';
import { isFinalJob } from '../jobs/states.js';
import type { Client } from './client.js';
import { namesOfDrives } from './drive-names.js';
import { linesOfItems } from './failure-items.js';
import { inOwnWords, remedyFor } from './own-words.js';

/** Why a job has ended so, and what helps. */
export const whyItFailed = ({ problem }: JobSummary): string[] => {
  if (!problem) return [];
  const remedy = remedyFor(problem.code);
  return [
    `${problem.code}: ${inOwnWords(problem.detail)}`,
    ...linesOfItems(problem),
    ...(remedy === undefined ? [] : [`  ${remedy}`]),
  ];
};

const copyWithTries = z.looseObject({ tries: z.array(attemptSummary.strip()) });

const lastTries = async (client: Client, id: string): Promise<AttemptSummary[]> => {
  const { items } = z
    .looseObject({ items: z.array(copyWithTries) })
    .parse(await client.call('GET', `/v1/jobs/${id}/copies`));
  return items.flatMap(({ tries }) => tries.slice(-1));
};

/** What drives did otherwise than they were told with discs that are good all the same. */
const noticesOn = ({ drive, notices = [] }: AttemptSummary, name: (drive: string) => string): string[] =>
  notices.map(({ detail }) => `${name(drive)}: ${inOwnWords(detail)}`);

const mediumLeft = (
  { mediumAfter: left }: AttemptSummary,
  drive: string,
  problem: JobSummary['problem'],
): string[] =>
  // Most failures say so themselves.
  left === undefined || problem?.detail.includes(left.remedy) === true
    ? []
    : [`${drive}: its medium is ${left.state}. ${inOwnWords(left.remedy)}`];

/** What is to be known of good discs; what the other copies have left in their drives, and what can still be done with it. */
export const whatIsLeft = async (client: Client, job: JobSummary): Promise<string[]> => {
  const { id, state, problem } = job;
  if (!isFinalJob(state)) return [];
  try {
    const [tries, name] = await Promise.all([lastTries(client, id), namesOfDrives(client)]);
    return tries.flatMap((attempt) => [
      ...noticesOn(attempt, name),
      ...mediumLeft(attempt, name(attempt.drive), problem),
    ]);
  } catch (error) {
    // How it ended is known all the same: the job may have been deleted since, or the daemon be away.
    if (isSpindleError(error)) return [];
    throw error;
  }
};
