import { SpindleError } from '../../../errors.js';
import { cancelObjection, isClosing } from '../../cancel-objection.js';
import type { Job, JobSummary } from '../../records.js';
import type { JobRequest } from '../../request.js';
import { isFinalJob, type JobState } from '../../states.js';
import type { Ledger } from '../ledger.js';
import { without } from '../row.js';
import type { JobRow } from '../tables/jobs.js';
import type { Tables } from '../tables/tables.js';
import type { ClientKey, JobOnce, Page, Transactions } from '../store.js';
import { knownAnswer } from './idempotency.js';
import type { Moves } from './moves.js';

type Verbs = Pick<
  Transactions,
  | 'createJob'
  | 'getJob'
  | 'listJobs'
  | 'copiesOf'
  | 'attemptsOf'
  | 'holdJob'
  | 'releaseJob'
  | 'cancelJob'
  | 'cancelOf'
  | 'retryJob'
  | 'patchJob'
  | 'deleteJob'
  | 'setReasons'
  | 'attachImage'
>;

export const pageOf = <T extends { id: string }>(rows: readonly T[], limit: number): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last && { next: last.id }) };
};

const refuse = (job: JobRow, verb: string): SpindleError =>
  new SpindleError('transition-refused', `A job that is ${job.state} cannot be ${verb}.`);

export const jobVerbs = (ledger: Ledger, tables: Tables, moves: Moves): Verbs => {
  const { jobs, copies, attempts, images, drives, idempotency } = tables;

  const theJob = (id: string): JobRow => {
    const row = jobs.byId(id);
    if (!row) throw new SpindleError('job-unknown', `There is no job ${id}.`);
    return row;
  };

  const viewOf = (id: string): Job => jobs.view(theJob(id));

  const checkDrives = ({ drives: wanted = [] }: JobRequest): void => {
    const errors = wanted.flatMap((id, index) =>
      drives.get(id) ? [] : [{ pointer: `/drives/${index}`, message: `there is no drive ${id}` }],
    );
    if (errors[0]) throw new SpindleError('drive-unknown', errors[0].message, { errors });
  };

  const checkImage = (id: string): void => {
    const image = images.get(id);
    if (!image) throw new SpindleError('image-unknown', `There is no image ${id}.`);
    if (image.state === 'failed') throw new SpindleError('image-not-ready', `Image ${id} could not be made.`);
  };

  const insert = (
    request: JobRequest,
    principal: string,
    from: { image?: string; retryOf?: string },
  ): Job => {
    const image = from.image ?? (request.type === 'image' ? request.image : undefined);
    checkDrives(request);
    if (image !== undefined) checkImage(image);
    const id = ledger.newId();
    const retryOf = from.retryOf ?? null;
    jobs.insert({ id, principal, request, image: image ?? null, retryOf, now: ledger.now() });
    copies.insert(id, request.copies);
    ledger.emit({ topic: `jobs/${id}`, kind: 'job.created', data: jobs.summary(theJob(id)) });
    return viewOf(id);
  };

  /** The new job and the answer that its key is given are one transaction. */
  const once = (principal: string, given: ClientKey | undefined, create: () => Job): JobOnce => {
    if (!given) return { job: create(), replayed: false };
    const key = { principal, ...given };
    const answer = knownAnswer(idempotency, key);
    if (answer) return { job: answer.body as Job, replayed: true };
    const job = create();
    idempotency.insert(key, ledger.now());
    idempotency.finish(key, { status: 202, headers: {}, body: job });
    return { job, replayed: false };
  };

  /** A client's move; a second one of the same kind finds it done. */
  const step = (id: string, to: JobState, from: JobState, verb: string): Job => {
    const job = theJob(id);
    if (job.state === to) return viewOf(id);
    if (job.state !== from) throw refuse(job, verb);
    jobs.move({ id, from, to, outcome: null, endedAt: null, now: ledger.now() });
    ledger.emit({ topic: `jobs/${id}`, kind: 'job.advanced', data: jobs.summary(theJob(id)) });
    return viewOf(id);
  };

  const cancel: Verbs['cancelJob'] = (id, { force = false } = {}) => {
    const job = theJob(id);
    if (isFinalJob(job.state)) throw refuse(job, 'canceled');
    const open = attempts.openOfJob(id);
    const pending = copies.pending(id);
    const { simulate } = jobs.request(id).burn;
    const objection = cancelObjection(open, { pending: pending.length, force, simulate });
    if (objection)
      throw new SpindleError(
        objection,
        `Job ${id} is recording on ${open.map(({ drive }) => drive).join(', ')}.`,
      );
    jobs.requestCancel(id, force);
    for (const number of pending) {
      const copy = copies.get(id, number);
      if (copy) moves.moveCopy(copy, 'canceled');
    }
    if (job.cancelRequested === 0) moves.followCopies(id);
    return { job: jobs.summary(theJob(id)), attempts: open.filter((attempt) => !isClosing(attempt)) };
  };

  const retry = (id: string, principal: string): Job => {
    const job = theJob(id);
    const missing = job.copiesWanted - jobs.counts(id).good;
    if (!isFinalJob(job.state) || missing === 0) throw refuse(job, 'retried');
    // The plan that a client agreed to was for a medium that is used up.
    const request = without(jobs.request(id), 'planHash') as JobRequest;
    const image = job.image === null ? undefined : images.get(job.image);
    const from = { retryOf: id, ...(image && image.state !== 'failed' && { image: image.id }) };
    return insert({ ...request, copies: missing }, principal, from);
  };

  const patch: Verbs['patchJob'] = (id, change, rev) => {
    const job = theJob(id);
    if (rev !== undefined && rev !== job.rev) {
      throw new SpindleError('precondition-failed', `Job ${id} has revision ${job.rev}, not ${rev}.`);
    }
    if (isFinalJob(job.state)) throw refuse(job, 'changed');
    jobs.patch(id, change);
    moves.followCopies(id);
    return viewOf(id);
  };

  const remove: Verbs['deleteJob'] = (id) => {
    const job = theJob(id);
    if (!isFinalJob(job.state)) throw refuse(job, 'deleted');
    // The discs of this job would be strangers to it, which it may be asked to erase.
    const later = jobs.retryOf(id);
    if (later !== undefined) throw new SpindleError('job-retried', `Job ${later} retries job ${id}.`);
    const { image } = job;
    const madeForIt = image !== null && jobs.imageOfRequest(id) === undefined;
    jobs.remove(id);
    ledger.emit({ topic: `jobs/${id}`, kind: 'job.deleted', data: { id } });
    if (madeForIt && !jobs.namesImage(image)) removeImage(image);
  };

  /** An image that was made for a job goes with the last job that names it. */
  const removeImage = (id: string): void => {
    images.remove(id);
    ledger.emit({ topic: `images/${id}`, kind: 'image.deleted', data: { id } });
  };

  /** For moves of the daemon: a job that has ended meanwhile is left alone. */
  const openJob = (id: string): JobRow | undefined => {
    const job = jobs.byId(id);
    return job && !isFinalJob(job.state) ? job : undefined;
  };

  const changed = (id: string): JobSummary => {
    moves.followCopies(id);
    return jobs.summary(theJob(id));
  };

  return {
    createJob: (request, principal, { image, idempotency: key } = {}) =>
      once(principal, key, () => insert(request, principal, image === undefined ? {} : { image })),
    getJob: (id) => {
      const row = jobs.byId(id);
      return row && jobs.view(row);
    },
    listJobs: (filter) => {
      const rows = jobs.list({ ...filter, limit: filter.limit + 1 });
      const page = pageOf(rows, filter.limit);
      return { ...page, items: page.items.map(jobs.summary) };
    },
    copiesOf: copies.of,
    attemptsOf: attempts.of,
    holdJob: (id) => step(id, 'held', 'queued', 'held'),
    releaseJob: (id) => step(id, 'queued', 'held', 'released'),
    cancelJob: cancel,
    cancelOf: jobs.cancelOf,
    retryJob: (id, principal, { idempotency: key } = {}) => once(principal, key, () => retry(id, principal)),
    patchJob: patch,
    deleteJob: remove,
    setReasons: (id, reasons) => {
      const job = openJob(id);
      if (!job) return undefined;
      const isNews = job.reasons !== JSON.stringify(reasons);
      if (isNews) jobs.setReasons(id, reasons);
      return isNews ? changed(id) : jobs.summary(job);
    },
    attachImage: (id, image) => {
      checkImage(image);
      return openJob(id) && jobs.setImage(id, image) ? changed(id) : undefined;
    },
  };
};
