/**
 * Reads what the events do not carry of the job that is looked at, again whenever something happens to it. Many
 * events at once make one more reading, never two at a time.
 */
export const followJob = ({ api, tell }) => {
  let wanted;
  let reading = false;
  let again = false;

  const readOnce = async (id) => {
    try {
      const [job, { items }] = await Promise.all([
        api.get(`/v1/jobs/${id}`),
        api.get(`/v1/jobs/${id}/copies`),
      ]);
      return { id, job, request: job.request, copies: items };
    } catch (error) {
      if (!error.problem) throw error;
      return { id, problem: error.problem };
    }
  };

  const read = async () => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && wanted !== undefined) {
        again = false;
        const detail = await readOnce(wanted);
        if (detail.id === wanted) tell(detail);
        else again = true;
      }
    } finally {
      reading = false;
    }
  };

  return {
    show: (id) => {
      wanted = id;
      return id === undefined ? undefined : read();
    },
    /** Frames that are about the job, and those after which nothing is certain. */
    take: (frame) => {
      const isAbout = frame.op === 'event' && frame.topic === `jobs/${wanted}`;
      if (wanted !== undefined && (isAbout || frame.op === 'snapshot')) return read();
      return undefined;
    },
  };
};
