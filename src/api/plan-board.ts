import { ulid } from 'ulid';
import { z } from 'zod';
import type { DriveUse } from '../burn/use.js';
import { holdsRecording } from '../drive/medium.js';
import { fromFailure, SpindleError, toFailure } from '../errors.js';
import type { DrivePlan, Fleet, Mastering } from '../fleet/fleet.js';
import { type ImagePlace, type PlacedImage, placeImage } from '../fleet/place-image.js';
import { imageRequestOf, placedRequest, requestDigestOf } from '../fleet/prepare-image.js';
import { decideSpool } from '../image/spool-decision.js';
import type { Image } from '../jobs/records.js';
import type { ImageRequest } from '../jobs/image-request.js';
import { type JobRequest, isAppend } from '../jobs/request.js';
import type { Store } from '../jobs/store/store.js';
import { type CopyKind, drivesFor, kindOf, needsImage, requireDrivesNamed, useOf } from '../jobs/use-of.js';
import type { Logger } from '../log.js';
import type { PlannedDrive, PlanReport } from './plan-report.js';
import { planTargets } from './plan-targets.js';
import { settledOr } from './wait.js';

export interface PlanBoard {
  begin(request: JobRequest, principal: string): PlanReport;
  find(id: string): PlanReport | undefined;
  /** The plan when it has come to an end, or as it is when the signal says that one has waited enough. */
  settled(id: string, enough: AbortSignal): Promise<PlanReport | undefined>;
  stop(): void;
}

interface Parts {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly mastering: Mastering;
  readonly log: Logger;
  readonly now: () => number;
}

const LIFETIME_MS = 30 * 60_000;
const MAX_PLANS = 100;

interface Entry {
  report: PlanReport;
  readonly expires: number;
  /** Made for this plan alone: it goes with it unless a job has taken it over. */
  ownImage: string | undefined;
  readonly done: Promise<void>;
}

/** The row of the image as soon as it is not being mastered any more. */
const masteredImage = (store: Store, id: string): Promise<Image> =>
  new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      const image = await store.getImage(id);
      if (image?.state === 'mastering') return;
      unsubscribe();
      if (image) resolve(image);
      else reject(new SpindleError('image-unknown', `The image ${id} was deleted`));
    };
    const unsubscribe = store.onEvents((events) => {
      if (events.some(({ topic }) => topic === `images/${id}`)) look().catch(reject);
    });
    look().catch(reject);
  });

type JsonValue = z.core.util.JSONType;
/** What is decided first: of a copying job, how its source is read. */
const firstKindOf = (request: JobRequest): CopyKind => (request.type === 'copy' ? 'source' : kindOf(request));

const measured = z.looseObject({ smallFiles: z.int(), bytes: z.int() });

/** The image of a plan has no spool, which may be as large as a disc; what is told is whether the job's would. */
const summaryFor = (request: JobRequest, summary: JsonValue): JsonValue => {
  const { data: sizes } = measured.safeParse(summary);
  const masters = request.type === 'data' || request.type === 'image';
  if (!sizes || !masters || !imageRequestOf(request)) return summary;
  const { spool: spooled, reason: spoolReason } = decideSpool(sizes, request);
  return { ...(summary as object), spooled, spoolReason };
};

const told = (request: JobRequest, { summary, warnings }: Image): Partial<PlanReport> => ({
  ...(summary !== undefined && { summary: summaryFor(request, summary) }),
  warnings,
});

const toldOf = ({ drive, plan, refusals }: DrivePlan, { type }: JobRequest): PlannedDrive => ({
  drive,
  ...(type === 'copy' && { kind: 'source' }),
  ...(plan && { plan }),
  refusals: [...refusals],
});

export const createPlanBoard = (parts: Parts): PlanBoard => {
  const { store, fleet, mastering, log, now } = parts;
  const entries = new Map<string, Entry>();

  const drop = (id: string, { ownImage }: Entry): void => {
    entries.delete(id);
    if (ownImage === undefined) return;
    store.deleteImage(ownImage).catch((error: unknown) => {
      log.debug({ image: ownImage, err: error }, 'the image of a plan stays: a job uses it');
    });
  };
  const dropStale = (): void => {
    for (const [id, entry] of entries) {
      if (entry.expires > now() && entries.size < MAX_PLANS) return;
      drop(id, entry);
    }
  };
  const timer = setInterval(dropStale, 60_000).unref();

  /** What is appended is about one medium: its place decides what the image will be. */
  const placeFor = (request: JobRequest): PlacedImage & { readonly drive?: string } => {
    if (!isAppend(request)) return { place: { startBlock: 0 } };
    const { drives, recording } = request;
    const state = fleet
      .states()
      .filter(({ id }) => drives?.includes(id) ?? true)
      .find(
        ({ report }) =>
          recording === undefined || (report?.medium && holdsRecording(report.medium, recording)),
      );
    if (state?.report) return { drive: state.id, ...placeImage(state.id, state.report, request) };
    const detail = 'The medium lies in none of the drives.';
    return {
      ...(drives?.[0] !== undefined && { drive: drives[0] }),
      refusal: { code: 'medium-not-present', detail },
    };
  };

  interface Wanted {
    readonly request: JobRequest;
    readonly principal: string;
    readonly place: ImagePlace;
  }

  const imageFor = async (entry: Entry, { request, principal, place }: Wanted): Promise<string> => {
    const wanted = imageRequestOf(request);
    if (!wanted) return imageNamed(request);
    const unspooled: ImageRequest = { ...placedRequest(wanted, place), spool: 'never' };
    const digest = requestDigestOf(unspooled);
    const { id } = await store.planImage(unspooled, principal, digest, place.madeFor);
    entry.ownImage = id;
    // Pushed out by others meanwhile, it had no image that could be removed.
    if (entries.get(entry.report.id) === entry) mastering.begin(id);
    else drop(entry.report.id, entry);
    return id;
  };

  const imageNamed = async (request: JobRequest): Promise<string> => {
    if ('image' in request && request.image !== undefined) return request.image;
    const target = request.type === 'verify' ? (request.job ?? '') : '';
    const { image } = (await store.getJob(target)) ?? {};
    if (image === undefined)
      throw new SpindleError('recording-unknown', `The image of job ${target} is not kept any more.`);
    return image;
  };

  const imageMade = async (entry: Entry, wanted: Wanted): Promise<Image> =>
    masteredImage(store, await imageFor(entry, wanted));

  const asked = async (request: JobRequest, kind: CopyKind): Promise<DriveUse> => {
    const target = request.type === 'verify' ? request.job : undefined;
    const recordings = target === undefined ? [] : await store.recordingsOf(target);
    requireDrivesNamed(request, recordings);
    return useOf(request, kind, recordings);
  };

  const drivesOf = (request: JobRequest, kind: CopyKind, placedIn?: string): readonly string[] =>
    placedIn === undefined ? (drivesFor(request, kind) ?? fleet.states().map(({ id }) => id)) : [placedIn];

  /** Of a copying job whose source can be read. */
  const targetsOf = (request: JobRequest, reading: DrivePlan['plan']): PlannedDrive[] =>
    request.type === 'copy' && reading?.do === 'read'
      ? planTargets(fleet.states(), reading.span, request)
      : [];

  const make = async (entry: Entry, request: JobRequest, principal: string): Promise<void> => {
    const update = (change: Partial<PlanReport>): void => {
      entry.report = { ...entry.report, ...change };
    };
    const kind = firstKindOf(request);
    const placed = placeFor(request);
    if ('refusal' in placed) {
      const { drive, refusal: why } = placed;
      update({ state: 'ready', drives: drive === undefined ? [] : [{ drive, refusals: [why] }] });
      return;
    }
    const wanted = { request, principal, place: placed.place };
    const image = needsImage(kind) ? await imageMade(entry, wanted) : undefined;
    update({ ...(image && { image: image.id }), state: 'planning' });
    if (image?.problem) throw fromFailure(image.problem);
    const asking = drivesOf(request, kind, placed.drive);
    const answers = await fleet.plan(asking, image?.id, await asked(request, kind));
    update({
      state: 'ready',
      ...(image && told(request, image)),
      drives: [...answers.map((answer) => toldOf(answer, request)), ...targetsOf(request, answers[0]?.plan)],
    });
  };

  return {
    begin: (request, principal) => {
      dropStale();
      const id = ulid(now());
      const expires = now() + LIFETIME_MS;
      const report: PlanReport = {
        id,
        state: 'mastering',
        drives: [],
        expiresAt: new Date(expires).toISOString(),
      };
      const entry: Entry = { report, expires, ownImage: undefined, done: Promise.resolve() };
      const done = make(entry, request, principal).catch((error: unknown) => {
        const problem = toFailure(error);
        if (problem.code === 'internal') log.error({ plan: id, err: error }, 'planning failed');
        entry.report = { ...entry.report, state: 'failed', problem };
      });
      entries.set(id, Object.assign(entry, { done }));
      return report;
    },
    find: (id) => entries.get(id)?.report,
    settled: async (id, enough) => {
      const entry = entries.get(id);
      await settledOr(entry?.done, enough);
      return entry?.report;
    },
    stop: () => {
      clearInterval(timer);
      for (const [id, entry] of entries) drop(id, entry);
    },
  };
};
