import { z } from 'zod';
import { attemptSummary, type AttemptSummary, type JobSummary } from '../jobs/records.js';
import { isSpindleError } from '../errors.js';
import { isFinalJob } from '../jobs/states.js';
import { type Client, listAll } from './client.js';
import { inOwnWords, remedyFor } from './own-words.js';

/** Why a job has ended so, and what helps. */
export const whyItFailed = ({ problem }: JobSummary): string[] => {
  if (!problem) return [];
  const remedy = remedyFor(problem.code);
  return [`${problem.code}: ${inOwnWords(problem.detail)}`, ...(remedy === undefined ? [] : [`  ${remedy}`])];
};

const copyWithTries = z.looseObject({
  number: z.number(),
  state: z.string(),
  tries: z.array(attemptSummary.strip()),
});

const named = z.looseObject({ id: z.string(), name: z.string() });

const lastTries = async (client: Client, id: string): Promise<AttemptSummary[]> => {
  const { items } = z
    .looseObject({ items: z.array(copyWithTries) })
    .parse(await client.call('GET', `/v1/jobs/${id}/copies`));
  return items.flatMap(({ tries }) => tries.slice(-1));
};

/** What copies that did not become good have left in their drives, and what can still be done with it. */
export const whatIsLeft = async (client: Client, job: JobSummary): Promise<string[]> => {
  const { id, state, copies, problem } = job;
  if (!isFinalJob(state) || copies.bad + copies.skipped + copies.canceled === 0) return [];
  try {
    const left = (await lastTries(client, id)).filter(
      // Most failures say so themselves.
      ({ mediumAfter }) => mediumAfter && problem?.detail.includes(mediumAfter.remedy) !== true,
    );
    if (left.length === 0) return [];
    const names = new Map(
      (await listAll(client, '/v1/drives', named)).map((drive) => [drive.id, drive.name]),
    );
    return left.map(
      ({ drive, mediumAfter }) =>
        `${names.get(drive) ?? drive}: its medium is ${mediumAfter?.state}. ${inOwnWords(mediumAfter?.remedy ?? '')}`,
    );
  } catch (error) {
    // How it ended is known all the same: the job may have been deleted since, the daemon be away, the drives not be ours to see.
    if (isSpindleError(error)) return [];
    throw error;
  }
};
