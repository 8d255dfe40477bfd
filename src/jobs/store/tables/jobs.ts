import type { Database } from 'better-sqlite3';
import type { DriveUse } from '../../../burn/use.js';
import type { MediumKind } from '../../../drive/medium.js';
import type { Failure } from '../../../errors.js';
import { type CopyState, COPY_STATES, type JobState } from '../../states.js';
import type { MadeFor } from '../../made-for.js';
import type { Job, JobSummary, Reason } from '../../records.js';
import type { JobRequest } from '../../request.js';
import {
  type CopyKind,
  copiesOf,
  drivesFor,
  type KnownRecordings,
  maxAttemptsOf,
  useOf,
} from '../../use-of.js';
import { fromJson, present, toJson, without } from '../row.js';
import type { Candidate, JobFilter } from '../store.js';

/** All but the request, which may be large. */
export interface JobRow {
  readonly id: string;
  readonly rev: number;
  readonly type: JobRequest['type'];
  readonly label: string | null;
  readonly principal: string;
  readonly priority: number;
  readonly state: JobState;
  readonly outcome: 'ok' | 'partial' | null;
  readonly phase: NonNullable<JobSummary['phase']> | null;
  readonly reasons: string;
  readonly problem: string | null;
  readonly copiesWanted: number;
  readonly maxAttempts: number;
  readonly image: string | null;
  readonly retryOf: string | null;
  readonly cancelRequested: 0 | 1;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
}

interface NewJob {
  readonly id: string;
  readonly principal: string;
  readonly request: JobRequest;
  readonly image: string | null;
  readonly retryOf: string | null;
  readonly recordings: KnownRecordings;
  readonly now: string;
}

/** A move, or with equal states a change that leaves the state as it is. */
interface JobMove {
  readonly id: string;
  readonly from: JobState;
  readonly to: JobState;
  readonly outcome: 'ok' | 'partial' | null;
  readonly endedAt: string | null;
  readonly now: string;
}

const COLUMNS = `id, rev, type, label, principal, priority, state, outcome, phase, reasons, problem,
  copies_wanted as copiesWanted, max_attempts as maxAttempts, image, retry_of as retryOf,
  cancel_requested as cancelRequested, created_at as createdAt, updated_at as updatedAt, ended_at as endedAt`;

/** A job, the one that it retries, and so on. */
const LINE = `with recursive line (id) as (
  select ? union select retry_of from job join line using (id) where retry_of is not null
)`;

/**
 * A medium that was recorded, well or not, must not make room for another copy, nor the source of one; one that was erased
 * and the like is done with, but one where that failed may be tried again.
 */
const USES_MEDIUM = `(
  (state = 'good' and coalesce(json_extract(proof, '$.simulated'), 0) = 0) or
  (touched = 1 and (select type from job where job.id = attempt.job)
    not in ('erase', 'format', 'close', 'recover'))
)`;

const statements = (db: Database) => ({
  insert: db.prepare(
    `insert into job (id, type, label, principal, priority, state, copies_wanted, max_attempts, image, retry_of,
       request, recordings, created_at, updated_at)
     values (:id, :type, :label, :principal, :priority, :state, :copiesWanted, :maxAttempts, :image, :retryOf,
       :request, :recordings, :now, :now)`,
  ),
  byId: db.prepare<[string], JobRow>(`select ${COLUMNS} from job where id = ?`),
  request: db.prepare<[string], { request: string }>('select request from job where id = ?'),
  list: db.prepare<[Record<string, unknown>], JobRow>(
    `select ${COLUMNS} from job
     where (:cursor is null or id < :cursor) and (:state is null or state = :state)
       and (:label is null or label = :label) and (:principal is null or principal = :principal)
       and (:drive is null or id in (select job from attempt where drive = :drive))
     order by id desc limit :limit`,
  ),
  move: db.prepare(
    `update job set state = :to, outcome = :outcome, ended_at = :endedAt, updated_at = :now, rev = rev + 1
     where id = :id and state = :from`,
  ),
  requestCancel: db.prepare(
    'update job set cancel_requested = 1, cancel_forced = max(cancel_forced, :force) where id = :id',
  ),
  cancelForced: db
    .prepare<[string], 0 | 1>('select cancel_forced from job where id = ? and cancel_requested = 1')
    .pluck(),
  setReasons: db.prepare('update job set reasons = ? where id = ?'),
  setPhase: db.prepare('update job set phase = ? where id = ?'),
  setProblem: db.prepare('update job set problem = ? where id = ?'),
  setImage: db.prepare('update job set image = ? where id = ? and image is null'),
  clearImage: db.prepare('update job set image = null where id = ?'),
  patch: db.prepare(
    'update job set priority = coalesce(:priority, priority), label = coalesce(:label, label) where id = :id',
  ),
  remove: db.prepare('delete from job where id = ?'),
  recordingsOf: db.prepare<[string], RecordingRow>(
    `select coalesce(json_extract(proof, '$.recording'), json_extract(medium_after, '$.recording')) as recording,
       coalesce(json_extract(plan, '$.placement.start'), 0) as start, json_extract(plan, '$.medium') as kind,
       json_extract(plan, '$.do') = 'burn' and json_extract(plan, '$.options.simulate') = 0 as isDisc
     from attempt where job = ? and state in ('good', 'unproven') order by copy, number`,
  ),
  recordings: db.prepare<[string], string>('select recordings from job where id = ?').pluck(),
  withImage: db.prepare<[string], { id: string }>(
    `select id from job where image = ? and state not in ('completed', 'failed', 'canceled')`,
  ),
  copiesOfImage: db
    .prepare<[string], number>(
      `select coalesce(sum(copies_wanted), 1) from job
       where image = ? and state not in ('completed', 'failed', 'canceled')`,
    )
    .pluck(),
  counts: db.prepare<[string], { state: CopyState; number: number }>(
    // A source that was read is none of the discs that were asked for.
    `select state, count(*) as number from copy
     where job = ? and not (kind = 'source' and state not in ('pending', 'active')) group by state`,
  ),
  candidates: db.prepare<[], CandidateRow>(
    `select job.id as job, min(copy.number) as copy, copy.kind as kind, count(*) as pending, job.priority, job.image,
       job.recordings,
       case when job.image is null then job.request else json_replace(job.request, '$.sources', json('[]')) end as request,
       job.created_at as createdAt, image.state as imageState, image.bytes as imageBytes,
       image.made_for as madeFor
     from job join copy on copy.job = job.id and copy.state = 'pending' left join image on image.id = job.image
     where job.state in ('queued', 'waiting', 'running') and job.cancel_requested = 0
     group by job.id order by job.priority desc, job.id`,
  ),
  retryOf: db.prepare<[string], { id: string }>('select id from job where retry_of = ? limit 1'),
  wasMadeForJob: db.prepare<[string], { id: string }>(
    `select job.id from job join image on image.id = job.image
     where job.image = ? and json_extract(job.request, '$.image') is null
       and job.type <> 'verify' and not (image.type = 'read' and job.type <> 'copy') limit 1`,
  ),
  namesImage: db.prepare<[string], { id: string }>('select id from job where image = ? limit 1'),
  used: db.prepare<[string], Candidate['used'][number] & { readonly turn: number }>(
    // SQLite takes what is not in the group from the row that has the maximum.
    `${LINE} select drive, job, copy, number as attempt, max(turn) as turn from attempt
     where job in (select id from line) and ${USES_MEDIUM} group by drive`,
  ),
  made: db
    .prepare<[string], string>(
      `${LINE} select distinct json_extract(proof, '$.recording') from attempt
       where job in (select id from line) and state = 'good' and json_extract(proof, '$.recording') is not null`,
    )
    .pluck(),
});

interface RecordingRow {
  /** Null where nobody could look at the medium afterwards. */
  readonly recording: string | null;
  readonly start: number;
  readonly kind: MediumKind | null;
  /** Something was recorded, and the medium closed. */
  readonly isDisc: 0 | 1 | null;
}

/** One that nobody could look at is known by those that could be: one image at one place of one kind of medium is one recording. */
const knownRecordings = (rows: readonly RecordingRow[]): KnownRecordings => {
  const isKnown = ({ start, kind }: RecordingRow): boolean =>
    rows.some((row) => row.recording !== null && row.start === start && row.kind === kind);
  return rows.flatMap((row): KnownRecordings => {
    const { recording, start, kind, isDisc } = row;
    if (recording !== null) return [{ recording, start }];
    return isDisc === 1 && !isKnown(row) ? [{ start, ...(kind !== null && { kind }) }] : [];
  });
};

interface CandidateRow {
  readonly kind: CopyKind;
  readonly recordings: string;
  readonly job: string;
  readonly copy: number;
  readonly pending: number;
  readonly priority: number;
  readonly image: string | null;
  readonly request: string;
  readonly createdAt: string;
  readonly imageState: NonNullable<Candidate['imageState']> | null;
  readonly imageBytes: number | null;
  readonly madeFor: string | null;
}

const asked = (
  { request, kind }: Pick<CandidateRow, 'request' | 'kind'>,
  recordings: string,
): Pick<Candidate, 'request' | 'use' | 'drives'> => {
  const value = fromJson<JobRequest>(request);
  const drives = drivesFor(value, kind);
  const use = useOf(value, kind, fromJson<KnownRecordings>(recordings));
  return { request: value, use, ...(drives && { drives }) };
};

const filterOf = ({ cursor, state, label, principal, drive, limit }: JobFilter) => ({
  cursor: cursor ?? null,
  state: state ?? null,
  label: label ?? null,
  principal: principal ?? null,
  drive: drive ?? null,
  limit,
});

export const jobTable = (db: Database) => {
  const sql = statements(db);

  const counts = (job: string): Record<CopyState, number> => ({
    ...(Object.fromEntries(COPY_STATES.map((state) => [state, 0])) as Record<CopyState, number>),
    ...Object.fromEntries(sql.counts.all(job).map(({ state, number }) => [state, number])),
  });

  const summary = (row: JobRow): JobSummary => {
    const { reasons, problem, ...rest } = without(row, 'maxAttempts', 'cancelRequested');
    return {
      ...present(rest),
      reasons: fromJson<Reason[]>(reasons),
      ...(problem !== null && { problem: fromJson<Failure>(problem) }),
      copies: counts(row.id),
    };
  };

  /** The image that the job's request names, where it does. */
  const imageOfRequest = (id: string): string | undefined => {
    const asked = request(id);
    return 'image' in asked ? asked.image : undefined;
  };

  const request = (id: string): JobRequest => fromJson(sql.request.get(id)?.request ?? 'null');

  return {
    counts,
    summary,
    request,
    imageOfRequest,
    view: (row: JobRow): Job => ({ ...summary(row), request: request(row.id) }),
    byId: (id: string): JobRow | undefined => sql.byId.get(id),
    list: (filter: JobFilter): JobRow[] => sql.list.all(filterOf(filter)),
    insert: ({ request, recordings, ...job }: NewJob): void => {
      sql.insert.run({
        ...job,
        type: request.type,
        label: request.label ?? null,
        priority: request.priority,
        state: request.hold ? 'held' : 'queued',
        copiesWanted: copiesOf(request),
        maxAttempts: maxAttemptsOf(request),
        request: JSON.stringify(request),
        recordings: JSON.stringify(recordings),
      });
    },
    /** False when the job is in another state than `from`. */
    move: (move: JobMove): boolean => sql.move.run(move).changes === 1,
    requestCancel: (id: string, force: boolean): void =>
      void sql.requestCancel.run({ id, force: force ? 1 : 0 }),
    cancelOf: (id: string): { force: boolean } | undefined => {
      const forced = sql.cancelForced.get(id);
      return forced === undefined ? undefined : { force: forced === 1 };
    },
    setReasons: (id: string, reasons: readonly Reason[]): void =>
      void sql.setReasons.run(JSON.stringify(reasons), id),
    setPhase: (id: string, phase: JobRow['phase']): void => void sql.setPhase.run(phase, id),
    setProblem: (id: string, problem: Failure | undefined): void =>
      void sql.setProblem.run(toJson(problem), id),
    /** False when the job has an image already. */
    setImage: (id: string, image: string): boolean => sql.setImage.run(image, id).changes === 1,
    clearImage: (id: string): void => void sql.clearImage.run(id),
    patch: (id: string, { priority, label }: { priority?: number; label?: string }): void =>
      void sql.patch.run({ id, priority: priority ?? null, label: label ?? null }),
    remove: (id: string): void => void sql.remove.run(id),
    /** Whether any job, ended ones too, names the image. */
    retryOf: (job: string): string | undefined => sql.retryOf.get(job)?.id,
    /** A job that does not name it was given it. */
    wasMadeForJob: (image: string): boolean => sql.wasMadeForJob.get(image) !== undefined,
    /** By what the discs are known that a job has recorded. */
    recordingsOf: (job: string): KnownRecordings => knownRecordings(sql.recordingsOf.all(job)),
    /** What a drive does for a copy of this kind. */
    useOf: (job: string, kind: CopyKind): DriveUse =>
      useOf(request(job), kind, fromJson<KnownRecordings>(sql.recordings.get(job) ?? '[]')),
    namesImage: (image: string): boolean => sql.namesImage.get(image) !== undefined,
    copiesOfImage: (image: string): number => sql.copiesOfImage.get(image) ?? 1,
    openWithImage: (image: string): string[] => sql.withImage.all(image).map(({ id }) => id),
    candidates: (): Candidate[] =>
      sql.candidates.all().map(({ recordings, madeFor, ...row }) => ({
        ...present(row),
        ...(madeFor !== null && { madeFor: fromJson<MadeFor>(madeFor) }),
        ...asked(row, recordings),
        used: sql.used.all(row.job),
        made: sql.made.all(row.job),
      })),
  };
};
