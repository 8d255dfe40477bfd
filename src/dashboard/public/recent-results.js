import { endedJobs } from './ended-jobs.js';

/** Jobs that are looked through for what lies in the drives. */
const JOBS = 8;

/**
 * The attempts of the jobs that ended last, the oldest first: a page that has just been opened does not know them
 * from events.
 */
export const readRecentAttempts = async (api, { jobs }) => {
  const lists = await Promise.all(
    endedJobs(jobs)
      .slice(0, JOBS)
      .map(({ id }) => api.get(`/v1/jobs/${id}/copies`)),
  );
  return lists.flatMap(({ items }) => items.flatMap(({ tries }) => tries)).reverse();
};
