import { createHash } from 'node:crypto';
import { SpindleError } from '../../../errors.js';
import { cancelObjection, isClosing, UNDERWAY } from '../../cancel-objection.js';
import type { Attempt, Job, JobSummary } from '../../records.js';
import type { ImageOrigin } from '../../image-request.js';
import { type JobRequest, isAppend } from '../../request.js';
import {
  copiesOf,
  type KnownRecordings,
  kindOf,
  readingOf,
  requireDrivesNamed,
  simulates,
} from '../../use-of.js';
import { isFinalJob, type JobState } from '../../states.js';
import type { Ledger } from '../ledger.js';
import { without } from '../row.js';
import { viewOfImage } from '../../image-view.js';
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
  | 'recordingsOf'
  | 'useOf'
  | 'cancelOf'
  | 'retryJob'
  | 'patchJob'
  | 'deleteJob'
  | 'setReasons'
  | 'giveUpJob'
  | 'dropImage'
>;

interface JobVerbs extends Verbs {
  /** `undefined` where the job has ended or has one. */
  readonly attachImage: (job: string, image: string) => JobSummary | undefined;
}

export const pageOf = <T extends { id: string }>(rows: readonly T[], limit: number): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last && { next: last.id }) };
};

const drivesNamed = (request: JobRequest): { readonly id: string; readonly pointer: string }[] => [
  ...(request.drives ?? []).map((id, index) => ({ id, pointer: `/drives/${index}` })),
  ...(request.type === 'copy' ? [{ id: request.from.drive, pointer: '/from/drive' }] : []),
];

/** The image was made for the job and is not what the job was for: it goes with it. */
const isOwnImage = (request: JobRequest): boolean =>
  request.type !== 'read' &&
  ('image' in request ? request.image === undefined : true) &&
  !(request.type === 'verify' && request.job !== undefined);

const refuse = (job: JobRow, verb: string): SpindleError =>
  new SpindleError('transition-refused', `A job that is ${job.state} cannot be ${verb}.`);

export const jobVerbs = (ledger: Ledger, tables: Tables, moves: Moves): JobVerbs => {
  const { jobs, copies, attempts, images, drives, idempotency } = tables;

  const theJob = (id: string): JobRow => {
    const row = jobs.byId(id);
    if (!row) throw new SpindleError('job-unknown', `There is no job ${id}.`);
    return row;
  };

  const viewOf = (id: string): Job => jobs.view(theJob(id));

  const checkDrives = (request: JobRequest): void => {
    const errors = drivesNamed(request).flatMap(({ id, pointer }) =>
      drives.get(id) ? [] : [{ pointer, message: `there is no drive ${id}` }],
    );
    if (errors[0]) throw new SpindleError('drive-unknown', errors[0].message, { errors });
  };

  const checkImage = (id: string): void => {
    const image = images.get(id);
    if (!image) throw new SpindleError('image-unknown', `There is no image ${id}.`);
    if (image.state === 'failed') throw new SpindleError('image-not-ready', `Image ${id} could not be made.`);
    if (image.state === 'building')
      throw new SpindleError('image-not-ready', `Image ${id} is a draft that is not sealed.`);
  };

  /** What a job has sent to its discs, which is what they are compared with. */
  const imageOfJob = (target: string | undefined): string | undefined => {
    if (target === undefined) return undefined;
    const { image } = theJob(target);
    if (image === null)
      throw new SpindleError('recording-unknown', `The image of job ${target} is not kept any more.`);
    return image;
  };

  const discsOf = (target: string): KnownRecordings => {
    const recordings = jobs.recordingsOf(target);
    if (recordings.length === 0)
      throw new SpindleError('recording-unknown', `Job ${target} has closed no disc.`);
    return recordings;
  };

  /** The image that a job makes of a medium is there from the beginning on, and ready when it has been read. */
  const imageToRead = (request: JobRequest, principal: string): string | undefined => {
    const read = readingOf(request);
    if (!read) return undefined;
    const { label } = request;
    const origin: ImageOrigin = { type: 'read', read, ...(label !== undefined && { label }) };
    const id = ledger.newId();
    const requestDigest = createHash('sha256').update(JSON.stringify(origin)).digest('hex');
    images.insert({
      id,
      principal,
      request: origin,
      requestDigest,
      forPlan: false,
      madeFor: undefined,
      now: ledger.now(),
    });
    const image = images.get(id);
    if (image) ledger.emit({ topic: `images/${id}`, kind: 'image.created', data: viewOfImage(image) });
    return id;
  };

  const insertCopies = (job: string, request: JobRequest, readsFirst: boolean): void => {
    const hasSource = request.type === 'copy' && readsFirst;
    if (hasSource) copies.insert({ job, kind: 'source', first: 1, copies: 1 });
    copies.insert({ job, kind: kindOf(request), first: hasSource ? 2 : 1, copies: copiesOf(request) });
  };

  const insert = (
    request: JobRequest,
    principal: string,
    from: { image?: string; retryOf?: string },
  ): Job => {
    const target = request.type === 'verify' ? request.job : undefined;
    const named = from.image ?? ('image' in request ? request.image : undefined) ?? imageOfJob(target);
    checkDrives(request);
    if (named !== undefined) checkImage(named);
    const id = ledger.newId();
    const image = named ?? imageToRead(request, principal) ?? null;
    const recordings = target === undefined ? [] : discsOf(target);
    requireDrivesNamed(request, recordings);
    jobs.insert({
      id,
      principal,
      request,
      image,
      retryOf: from.retryOf ?? null,
      recordings,
      now: ledger.now(),
    });
    insertCopies(id, request, named === undefined);
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
  const step = (id: string, to: JobState, from: readonly JobState[], verb: string): Job => {
    const job = theJob(id);
    if (job.state === to) return viewOf(id);
    if (!from.includes(job.state)) throw refuse(job, verb);
    jobs.setReasons(id, []); // it is looked at anew once it is released
    moves.moveIdleJob(job, to);
    return viewOf(id);
  };

  const namesOfDrives = (open: readonly Attempt[]): string =>
    open.map(({ drive }) => drives.get(drive)?.name ?? drive).join(', ');

  const cancel: Verbs['cancelJob'] = (id, { force = false } = {}) => {
    const job = theJob(id);
    if (isFinalJob(job.state)) throw refuse(job, 'canceled');
    const open = attempts.openOfJob(id);
    const pending = copies.pending(id);
    const simulate = simulates(jobs.request(id));
    const objection = cancelObjection(open, { pending: pending.length, force, simulate });
    if (objection)
      throw new SpindleError(objection, `Job ${id} ${UNDERWAY[objection]} ${namesOfDrives(open)}.`);
    jobs.requestCancel(id, force);
    for (const number of pending) {
      const copy = copies.get(id, number);
      if (copy) moves.moveCopy(copy, 'canceled');
    }
    if (job.cancelRequested === 0) moves.followCopies(id);
    return { job: jobs.summary(theJob(id)), attempts: open.filter((attempt) => !isClosing(attempt)) };
  };

  /** What is there, or will be: what was to be read by the job itself will not. */
  const usableImage = ({ image: id }: JobRow): string | undefined => {
    const image = id === null ? undefined : images.get(id);
    if (!image || image.state === 'failed' || image.state === 'building') return undefined;
    return image.state === 'ready' || image.type !== 'read' ? image.id : undefined;
  };

  const retry = (id: string, principal: string): Job => {
    const job = theJob(id);
    const missing = job.copiesWanted - jobs.counts(id).good;
    if (!isFinalJob(job.state) || missing === 0) throw refuse(job, 'retried');
    // The plan that a client agreed to was for a medium that is used up.
    const request = without(jobs.request(id), 'planHash') as JobRequest;
    // The place that an image of sources was made for may be taken by what failed there.
    const image = isMadeForPlace(id) ? undefined : usableImage(job);
    const from = { retryOf: id, ...(image !== undefined && { image }) };
    return insert('copies' in request ? { ...request, copies: missing } : request, principal, from);
  };

  const isMadeForPlace = (id: string): boolean =>
    isAppend(jobs.request(id)) && jobs.imageOfRequest(id) === undefined;

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
    const madeForIt = image !== null && isOwnImage(jobs.request(id));
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
    holdJob: (id) => step(id, 'held', ['queued', 'waiting'], 'held'),
    releaseJob: (id) => step(id, 'queued', ['held'], 'released'),
    cancelJob: cancel,
    recordingsOf: jobs.recordingsOf,
    useOf: (ref) => {
      const copy = copies.get(ref.job, ref.copy);
      return copy && jobs.useOf(ref.job, copy.kind);
    },
    cancelOf: jobs.cancelOf,
    retryJob: (id, principal, { idempotency: key } = {}) => once(principal, key, () => retry(id, principal)),
    patchJob: patch,
    deleteJob: remove,
    setReasons: (id, reasons) => {
      const job = openJob(id);
      // A look that is over tells nothing of a job whose last copy a drive has got since.
      if (!job || jobs.counts(id).pending === 0) return undefined;
      const isNews = job.reasons !== JSON.stringify(reasons);
      if (isNews) jobs.setReasons(id, reasons);
      return isNews ? changed(id) : jobs.summary(job);
    },
    giveUpJob: (id, problem) => {
      if (!openJob(id) || attempts.openOfJob(id).length > 0) return undefined;
      moves.skipPending(id, problem);
      const job = jobs.byId(id);
      return job && jobs.summary(job);
    },
    attachImage: (id, image) => {
      checkImage(image);
      return openJob(id) && jobs.setImage(id, image) ? changed(id) : undefined;
    },
    dropImage: (id) => {
      const image = openJob(id)?.image ?? null;
      if (image === null || !isMadeForPlace(id) || attempts.openOfJob(id).length > 0) return undefined;
      jobs.clearImage(id);
      if (!jobs.namesImage(image)) removeImage(image);
      return changed(id);
    },
  };
};
