import { isFinal, mayMove } from './states.mjs';

/**
 * @typedef {object} ModelAttempt
 * @property {string} job @property {number} copy @property {number} number @property {string} drive
 * @property {string} state @property {boolean} touched @property {number} from @property {number | undefined} to
 * @property {'open' | 'proven' | 'overwritten' | 'undetectable' | 'false'} judged
 */

/** Phases that were under way when something was done, so that the report can tell what was hit. */
const tally = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

/** A job of which nothing is known yet. @param {string} id */
export const newJob = (id) => ({
  id,
  copies: new Map(),
  /** What a copy is, by its number. */
  kinds: new Map(),
  state: undefined,
  deleted: false,
});

/**
 * What must be the case, from what was asked for and from the event log; it never looks into the daemon's database.
 * @param {(invariant: string, detail: string) => void} onFault
 */
export const createModel = (onFault) => {
  /** @type {Map<string, any>} */
  const jobs = new Map();
  /** @type {Map<string, ModelAttempt>} */
  const attempts = new Map();
  /** @type {Map<string, any>} */
  const images = new Map();
  /** @type {Map<string, any>} */
  const drives = new Map();
  /** Bytes of each image that was ever ready, also when it is gone. @type {Map<string, number>} */
  const sizes = new Map();
  const counts = { jobs: new Map(), attempts: new Map(), problems: new Map(), kinds: new Map() };

  const move = (machine, of, from, to) => {
    if (!mayMove(machine, from, to))
      onFault('states move only as designed', `${of}: ${machine} ${from} -> ${to}`);
  };

  const jobOf = (id) => {
    if (!jobs.has(id)) jobs.set(id, newJob(id));
    return jobs.get(id);
  };

  const onJob = ({ kind, data }) => {
    const job = jobOf(data.id);
    if (kind === 'job.created') {
      if (job.state !== undefined)
        onFault('states move only as designed', `job ${data.id} was created twice`);
      job.state = data.state;
    }
    if (job.deleted) onFault('a deleted job stays deleted', `${kind} of ${data.id}`);
    move('job', data.id, job.state, data.state);
    if (job.state !== data.state && isFinal('job', data.state)) {
      tally(counts.jobs, data.outcome === undefined ? data.state : `${data.state} ${data.outcome}`);
      if (data.problem) tally(counts.problems, `${data.type}: ${data.problem.code}`);
    }
    Object.assign(job, { state: data.state, view: data, image: data.image ?? job.image });
  };

  const onCopy = ({ data }) => {
    const { copies, kinds } = jobOf(data.job);
    move('copy', `${data.job}-${data.number}`, copies.get(data.number) ?? 'pending', data.state);
    copies.set(data.number, data.state);
    kinds.set(data.number, data.kind);
  };

  const onAttempt = ({ seq, data }) => {
    const key = `${data.job}-${data.copy}-${data.number}`;
    const known = attempts.get(key);
    if (!known && data.state !== 'assigned')
      onFault('states move only as designed', `attempt ${key} began as ${data.state}`);
    if (!known && isFinal('job', jobOf(data.job).state ?? 'queued'))
      onFault('canceled means canceled', `attempt ${key} began when its job was ${jobOf(data.job).state}`);
    if (known) move('attempt', key, known.state, data.state);
    if (known?.touched && !data.touched)
      onFault('states move only as designed', `attempt ${key} is untouched again`);
    const ended = isFinal('attempt', data.state);
    if (ended && known && !isFinal('attempt', known.state)) tally(counts.attempts, data.state);
    const { job, copy, number, drive, state, phase, touched, problem } = data;
    const { from = seq, judged = 'open' } = known ?? {};
    const to = known?.to ?? (ended ? seq : undefined);
    const touchedAt = known?.touchedAt ?? (touched ? seq : undefined);
    attempts.set(key, {
      job,
      copy,
      number,
      drive,
      state,
      phase,
      touched,
      problem,
      from,
      to,
      touchedAt,
      judged,
    });
  };

  const onImage = ({ data }) => {
    images.set(data.id, data);
    if (data.bytes > 0) sizes.set(data.id, data.bytes);
  };

  const onDrive = ({ data }) => {
    const drive = drives.get(data.drive);
    if (drive)
      Object.assign(drive, { holding: data.holding, contents: data.contents, problem: data.problem });
  };

  const HANDLERS = {
    'job.created': onJob,
    'job.advanced': onJob,
    'job.changed': onJob,
    'job.deleted': ({ data }) => {
      jobOf(data.id).deleted = true;
    },
    'copy.advanced': onCopy,
    'attempt.advanced': onAttempt,
    'image.created': onImage,
    'image.advanced': onImage,
    'image.deleted': ({ data }) => images.delete(data.id),
    'drive.changed': onDrive,
  };

  return {
    jobs,
    attempts,
    images,
    sizes,
    drives,
    counts,
    onEvent: (event) => {
      tally(counts.kinds, event.kind);
      HANDLERS[event.kind]?.(event);
    },
    openJobs: () =>
      [...jobs.values()].filter((job) => !job.deleted && job.ours && !isFinal('job', job.state ?? 'queued')),
    endedJobs: () =>
      [...jobs.values()].filter((job) => !job.deleted && job.ours && isFinal('job', job.state ?? 'queued')),
    attemptsOf: (id) => [...attempts.values()].filter(({ job }) => job === id),
    /** Media that lay in the drive while the attempt was open; mostly one. */
    mediaOf: ({ drive, from, to }) =>
      (drives.get(drive)?.periods ?? [])
        .filter((period) => period.from < (to ?? Infinity) && (period.to === undefined || period.to >= from))
        .map(({ medium }) => medium),
    /** Nothing about jobs and discs is kept longer than they are. */
    forget: () => {
      for (const [id, job] of jobs) if (job.deleted) jobs.delete(id);
      for (const id of sizes.keys()) if (!images.has(id)) sizes.delete(id);
      for (const [key, { job }] of attempts) if (!jobs.has(job)) attempts.delete(key);
      for (const drive of drives.values()) drive.periods = drive.periods.filter(({ to }) => to === undefined);
    },
  };
};
/** @typedef {ReturnType<typeof createModel>} Model */
