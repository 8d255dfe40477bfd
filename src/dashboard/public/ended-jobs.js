const ENDED = new Set(['completed', 'failed', 'canceled']);

export const isEnded = ({ state }) => ENDED.has(state);

/** The latest first. */
export const endedJobs = (jobs) =>
  [...jobs.values()]
    .filter(isEnded)
    .sort((a, b) => ((a.endedAt ?? a.updatedAt) < (b.endedAt ?? b.updatedAt) ? 1 : -1));

/** As many as a snapshot brings. */
const KEPT = 200;

const without = (map, keys) => new Map([...map].filter(([key]) => !keys.has(key)));

/**
 * A page may stay open for months: of the jobs that ended it knows the latest, and those whose disc a drive still shows. The others go,
 * with images that no other job names.
 */
export const forgetOldJobs = (state) => {
  if (state.jobs.size <= KEPT) return state;
  const shown = new Set([...state.results.values()].map(({ job }) => job));
  const old = endedJobs(state.jobs)
    .slice(KEPT)
    .filter(({ id }) => !shown.has(id));
  if (old.length === 0) return state;
  const jobs = without(state.jobs, new Set(old.map(({ id }) => id)));
  const named = new Set([...jobs.values()].map(({ image }) => image));
  const unnamed = old.map(({ image }) => image).filter((image) => !named.has(image));
  return { ...state, jobs, images: without(state.images, new Set(unnamed)) };
};
