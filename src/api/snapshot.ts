import type { z } from 'zod';
import { JOB_TRANSITIONS, type JobState, JOB_STATES } from '../jobs/states.js';
import type { JobSummary } from '../jobs/records.js';
import { listDrives } from './drive-view.js';
import type { ApiService } from './service.js';
import { withProgress } from './with-progress.js';

type Sources = Pick<ApiService, 'store' | 'fleet' | 'underway'>;

/** Rows per resource; what lies further back is to be asked for. */
const LIMIT = 200;

const OPEN_STATES: readonly JobState[] = JOB_STATES.filter((state) => JOB_TRANSITIONS[state].length > 0);

/** All that is not over yet comes first: it must not fall off the end of a long history. */
const jobsNow = async ({ store }: Sources): Promise<JobSummary[]> => {
  const pages = await Promise.all([
    ...OPEN_STATES.map((state) => store.listJobs({ state, limit: LIMIT })),
    store.listJobs({ limit: LIMIT }),
  ]);
  return [...new Map(pages.flatMap(({ items }) => items).map((job) => [job.id, job])).values()];
};

/** A row as a frame carries it: what our schemas describe is JSON. */
type Row = Record<string, z.core.util.JSONType> & { readonly id: string };

const READERS = {
  jobs: jobsNow,
  drives: listDrives,
  images: async (sources: Sources) =>
    (await sources.store.listImages({ limit: LIMIT })).items.map((image) => withProgress(sources, image)),
} as const;

export const SNAPSHOT_RESOURCES = Object.keys(READERS) as (keyof typeof READERS)[];

/** The present state of a resource, for clients that have nothing to build on. */
export const readSnapshot = async (
  service: Sources,
  resource: keyof typeof READERS,
): Promise<readonly Row[]> => (await READERS[resource](service)) as unknown as Row[];
