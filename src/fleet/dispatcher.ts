import { SpindleError, toFailure, type Failure } from '../errors.js';
import type { Root } from '../image/image.js';
import type { Attempt, AttemptSummary, ImageView, Reason } from '../jobs/records.js';
import { isOvertaken, nextFor, type SeenMedium } from '../jobs/next-for.js';
import { isOfTheDrive } from '../jobs/after-import.js';
import type { Candidate, Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { REPLIES, type Reply } from '../worker/protocol.js';
import type { Refusal } from '../burn/refusal.js';
import { Asking } from './asking.js';
import { refOf } from './attempt-ref.js';
import type { Mastering } from './fleet.js';
import { JobImages } from './job-images.js';
import { freeDrive, isFree, Objections, type Placeable } from './objections.js';
import { isOutOfPlace } from './place-image.js';

export interface DispatcherOptions {
  readonly store: Store;
  readonly mastering: Mastering;
  readonly roots: readonly Root[];
  readonly log: Logger;
  drives(): readonly Placeable[];
}

/**
 * What ended an attempt and says nothing of its drive, which goes on with other jobs at once. A source that does not answer
 * is tried again later: a drive that rests has others record it meanwhile, or itself other jobs.
 */
const NOT_OF_THE_DRIVE = /^(canceled$|source-(?!stalled$)|image-)/;

/** Before what failed for want of room is tried again. */
const RETRY_MS = 5000;

/** What a drive is to be given. */
interface Assigning {
  readonly drive: Placeable;
  readonly candidate: Candidate;
  readonly plan: { readonly hash: string };
  /** Of the worker that made the plan. */
  readonly attachment: number;
}

const CANCELED: Failure = { code: 'canceled', detail: 'The job was canceled before the drive had begun.' };

/** An image file that cannot be read is a matter of its job; the drive goes on with the others. */
const refuseImage = (error: unknown): Reply<'plan'> => {
  const { code, detail } = toFailure(error);
  if (!code.startsWith('image-')) throw error;
  return { refusals: [{ code, detail }] };
};

/**
 * Brings pending copies to free drives: each drive takes the next copy that suits it and its medium, makes a plan
 * in its worker, and starts. Drives are asked side by side, so that a slow one delays nobody.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #asking = new Asking();
  readonly #objections: Objections;
  readonly #images: JobImages;
  #round: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #later: NodeJS.Timeout | undefined;
  #draining = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#objections = new Objections(() => {
      this.wake();
    });
    this.#images = new JobImages({
      ...options,
      objections: this.#objections,
      onDropped: () => {
        this.wake();
      },
      onFailed: () => {
        this.#wakeLater();
      },
    });
  }

  /** Something may have become possible. Cheap; many calls make one round. */
  wake(): void {
    this.#again = true;
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined;
    });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Begins no attempts until `resume`; those that the database has by now go on. */
  drain(): void {
    this.#draining = true;
    this.wake(); // so that the reason is told
  }

  resume(): void {
    this.#draining = false;
    this.wake();
  }

  get #begins(): boolean {
    return !this.#stopped && !this.#draining;
  }

  /** No new attempts, for good: told to nobody, since the next daemon begins them. */
  beginNoMore(): void {
    this.#stopped = true;
  }

  /** No new attempts; resolves when none is being handed out any more. */
  async stop(): Promise<void> {
    this.beginNoMore();
    clearTimeout(this.#later);
    await this.#round;
    await this.#asking.settled();
    this.#objections.close();
  }

  /** An attempt is over: one that failed before it touched the medium is not repeated at once. */
  ended({ drive, state, touched, problem }: AttemptSummary): void {
    if (state === 'good' || touched) this.#objections.restNoMore(drive);
    else if (problem && !NOT_OF_THE_DRIVE.test(problem.code)) this.#rest(drive, problem);
  }

  /** An image could not be made since its drive could not be read: it is not asked for the next one at once. */
  imageEnded({ state, madeFor, problem }: ImageView): void {
    if (state === 'failed' && madeFor && problem && isOfTheDrive(problem)) this.#rest(madeFor.drive, problem);
  }

  /** Hands an accepted attempt to its worker, for the first time or once more; not that of a job canceled by now. */
  async send(attempt: Attempt, attachment?: number): Promise<void> {
    const { store, mastering, roots } = this.#options;
    const unit = this.#options.drives().find(({ row }) => row.id === attempt.drive)?.unit;
    const use = await store.useOf(refOf(attempt));
    // Last of all: a cancel that the store notes after this is sent to the worker after the attempt.
    const job = await store.getJob(attempt.job);
    if (!unit || !job || !use) throw new SpindleError('drive-unknown', `Drive ${attempt.drive} is gone.`);
    if (job.state === 'canceling') {
      await store.withdraw(refOf(attempt), CANCELED);
      unit.seen.release();
      return;
    }
    const assignment = {
      ...refOf(attempt),
      ...(job.image !== undefined && { image: mastering.pathOf(job.image) }),
      roots: [...roots],
      use,
      planHash: attempt.planHash ?? '',
    };
    // A worker that came meanwhile is none that was chosen: what becomes of the attempt is being settled, or will be.
    if (attachment !== undefined && unit.attachment !== attachment) unit.attachAgain();
    else await unit.request({ do: 'start', assignment });
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#oneRound();
      } catch (error) {
        this.#options.log.error({ err: error }, 'dispatching failed');
        this.#wakeLater();
      }
    }
  }

  /** What could not be noted, on a full disk say, is tried again, whether or not anything happens meanwhile; all of it at once. */
  #wakeLater(): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.wake();
    }, RETRY_MS).unref();
  }

  async #oneRound(): Promise<void> {
    const candidates = await this.#options.store.candidates();
    for (const candidate of candidates) await this.#images.prepare(candidate);
    const seen = this.#seenMedia();
    for (const candidate of candidates) if (isOvertaken(candidate, seen)) await this.#images.drop(candidate);
    for (const drive of this.#options.drives()) {
      if (candidates.length > 0 && this.#mayAsk(drive)) this.#ask(drive);
    }
    await this.#explain(candidates);
  }

  #mayAsk(drive: Placeable): boolean {
    const { row, unit } = drive;
    return (
      this.#begins &&
      isFree(drive) &&
      unit.state.contents === 'ready' &&
      !this.#asking.misses(row.id) &&
      !this.#objections.rests(drive)
    );
  }

  #ask(drive: Placeable): void {
    const { id } = drive.row;
    const offer = (): Promise<void> =>
      this.#offer(drive).catch((error: unknown) => {
        this.#options.log.warn({ drive: id, err: error }, 'a drive could not be given work');
        this.#rest(id, toFailure(error));
        this.wake(); // so that its reason is told
      });
    this.#asking.begin(id, offer, () => {
      const present = this.#options.drives().find(({ row }) => row.id === id);
      if (present && this.#mayAsk(present)) this.#ask(present);
    });
  }

  /** What a drive refuses. An image that was made for another place gives way to one for the place that is there now. */
  async #refuse(drive: Placeable, candidate: Candidate, refused: readonly Refusal[]): Promise<void> {
    const [first = { code: 'plan-refused', detail: 'The drive gives no reason.' } as const] = refused;
    const { report } = drive.unit.state;
    const isElsewhere = first.code === 'image-misplaced' && report && isOutOfPlace(report, candidate);
    if (!isElsewhere || !(await this.#images.drop(candidate)))
      this.#objections.refuse(drive, candidate.job, first);
  }

  #seenMedia(): SeenMedium[] {
    return this.#options.drives().map((drive) => ({
      drive: freeDrive(drive),
      medium: drive.unit.state.report?.medium,
    }));
  }

  /** Goes through the candidates for one drive, each once, until one is started or none is left. */
  async #offer(drive: Placeable): Promise<void> {
    const passed = new Set<string>();
    for (;;) {
      const candidates = await this.#options.store.candidates();
      const { medium } = drive.unit.state.report ?? {};
      const open = candidates.filter(({ job }) => !passed.has(job) && !this.#objections.refused(drive, job));
      const { candidate } = nextFor(freeDrive(drive), medium, open);
      if (!candidate || !this.#begins || !isFree(drive)) break;
      if (await this.#tryPlan(drive, candidate)) return;
      passed.add(candidate.job);
    }
    await this.#explain(await this.#options.store.candidates());
  }

  /** True when the drive is at work now. */
  async #tryPlan(drive: Placeable, candidate: Candidate): Promise<boolean> {
    const { unit } = drive;
    const { attachment } = unit;
    const { use, image } = candidate;
    const file = image === undefined ? {} : { image: this.#options.mastering.pathOf(image) };
    const reply = await unit
      .request({ do: 'plan', ...file, use })
      .then((value) => REPLIES.plan.parse(value), refuseImage);
    if ('refusals' in reply) {
      await this.#refuse(drive, candidate, reply.refusals);
      return false;
    }
    const { planHash } = candidate.request;
    // What was agreed to of a copying job is how its source is read.
    const isAgreed = candidate.request.type !== 'copy' || candidate.kind === 'source';
    if (isAgreed && planHash !== undefined && planHash !== reply.plan.hash) {
      this.#objections.refuse(drive, candidate.job, {
        code: 'plan-stale',
        detail: 'The plan of this drive is not the one that was agreed to.',
      });
      return false;
    }
    return this.#assign({ drive, candidate, plan: reply.plan, attachment });
  }

  async #assign({ drive, candidate, plan, attachment }: Assigning): Promise<boolean> {
    const { store } = this.#options;
    const { job, kind } = candidate;
    const { unit, row } = drive;
    const medium = unit.state.report?.medium;
    if (!this.#begins) return false; // the drive took its time for the plan
    // It has read its medium again for the plan, which may be another one than the job was chosen for.
    if (!nextFor(freeDrive(drive), medium, [candidate]).candidate) return false;
    const attempt = await store.assign({ job, kind, drive: row.id, plan, planHash: plan.hash, medium });
    if (!attempt) return false;
    unit.hold(refOf(attempt));
    try {
      await this.send(attempt, attachment);
    } catch (error) {
      await this.#takeBack(drive, attempt, error);
    }
    return true;
  }

  /** A worker that said no has done nothing; one that is lost may have: that is settled when it is found again. */
  async #takeBack({ unit }: Placeable, attempt: Attempt, error: unknown): Promise<void> {
    const failure = toFailure(error);
    if (failure.code === 'worker-lost') return;
    try {
      await this.#options.store.withdraw(refOf(attempt), failure);
    } catch (full) {
      unit.attachAgain(); // what the database could not note is settled anew, until it can
      throw full;
    }
    unit.seen.release();
  }

  #rest(id: string, failure: Failure): void {
    const drive = this.#options.drives().find(({ row }) => row.id === id);
    if (drive) this.#objections.rest(drive, failure);
  }

  /** Says of each job that does not go on why not, drive by drive; what the disc at hand refuses for good ends there. */
  async #explain(candidates: readonly Candidate[]): Promise<void> {
    const { store } = this.#options;
    this.#objections.keepOnly(candidates);
    for (const candidate of candidates) {
      const verdict = this.#objections.verdictOn(candidate, this.#options.drives());
      if (verdict) await store.giveUpJob(candidate.job, verdict);
      else await store.setReasons(candidate.job, this.#reasonsOf(candidate));
    }
  }

  #reasonsOf(candidate: Candidate): Reason[] {
    const reasons = this.#objections.reasonsOf(candidate, this.#options.drives());
    return this.#draining ? [{ code: 'draining' }, ...reasons] : reasons;
  }
}
