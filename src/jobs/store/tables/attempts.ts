import type { Database } from 'better-sqlite3';
import type { MediumAfter } from '../../../burn/medium-after.js';
import type { Phase } from '../../../burn/progress.js';
import type { Failure } from '../../../errors.js';
import type { AttemptRef } from '../../../burn/journal-entry.js';
import type { Attempt, AttemptSummary } from '../../records.js';
import type { AttemptState } from '../../states.js';
import { fromJson, present, toJson, without } from '../row.js';

interface AttemptRow {
  readonly job: string;
  readonly copy: number;
  readonly number: number;
  readonly drive: string;
  readonly state: AttemptState;
  readonly phase: Phase | null;
  readonly touched: 0 | 1;
  readonly plan: string | null;
  readonly planHash: string | null;
  readonly medium: string | null;
  readonly problem: string | null;
  readonly proof: string | null;
  readonly mediumAfter: string | null;
  readonly underruns: number | null;
  readonly notices: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

interface NewAttempt {
  readonly job: string;
  readonly copy: number;
  readonly drive: string;
  readonly plan: unknown;
  readonly planHash: string;
  readonly medium: unknown;
  readonly now: string;
}

interface AttemptMove {
  readonly from: AttemptState;
  readonly to: AttemptState;
  readonly endedAt: string | null;
  readonly problem?: Failure | undefined;
  readonly proof?: unknown;
  readonly mediumAfter?: MediumAfter | undefined;
  /** Nobody has read what is on the medium now. */
  readonly mediumUnread?: boolean | undefined;
}

/** Attempts at a copy by whether they touched a medium, and whether a worker accepted them at all. */
interface Tally {
  readonly touched: number;
  readonly untouched: number;
  readonly unaccepted: number;
}

const COLUMNS = `job, copy, number, drive, state, phase, touched, plan, plan_hash as planHash, medium, problem, proof, medium_after as mediumAfter,
  json_extract(proof, '$.underruns') as underruns, json_extract(proof, '$.notices') as notices, started_at as startedAt, ended_at as endedAt`;

const WHERE_REF = 'where job = :job and copy = :copy and number = :attempt';

const statements = (db: Database) => ({
  insert: db.prepare<[Record<string, unknown>], { number: number }>(
    `insert into attempt (job, copy, number, drive, turn, state, plan, plan_hash, medium, started_at)
     select :job, :copy, 1 + coalesce(max(number), 0), :drive,
       (select 1 + coalesce(max(turn), 0) from attempt where drive = :drive),
       'assigned', :plan, :planHash, :medium, :now
     from attempt where job = :job and copy = :copy
     returning number`,
  ),
  get: db.prepare<[AttemptRef], AttemptRow>(`select ${COLUMNS} from attempt ${WHERE_REF}`),
  of: db.prepare<[Record<string, unknown>], AttemptRow>(
    `select ${COLUMNS} from attempt where job = :job and (:copy is null or copy = :copy) order by copy, number`,
  ),
  open: db.prepare<[], AttemptRow>(
    `select ${COLUMNS} from attempt where state in ('assigned', 'underway') order by drive, turn`,
  ),
  openOfJob: db.prepare<[string], AttemptRow>(
    `select ${COLUMNS} from attempt where job = ? and state in ('assigned', 'underway')`,
  ),
  openPhases: db.prepare<[string], { phase: Phase | null }>(
    `select distinct phase from attempt where job = ? and state in ('assigned', 'underway')`,
  ),
  openOnDrive: db.prepare<[string], { job: string }>(
    `select job from attempt where drive = ? and state in ('assigned', 'underway')`,
  ),
  unreadLast: db.prepare<[string], AttemptRow>(
    `select ${COLUMNS} from (select * from attempt where drive = ? order by turn desc limit 1)
     where medium_unread = 1`,
  ),
  move: db.prepare(
    `update attempt set state = :to, ended_at = :endedAt, problem = :problem, proof = :proof,
     medium_after = :mediumAfter, medium_unread = :mediumUnread ${WHERE_REF} and state = :from`,
  ),
  noteMedium: db.prepare(
    `update attempt set medium_after = :medium, medium_unread = 0 ${WHERE_REF} and state = 'interrupted'`,
  ),
  touch: db.prepare(`update attempt set touched = 1 ${WHERE_REF}`),
  setPhase: db.prepare(`update attempt set phase = :phase ${WHERE_REF}`),
  sequence: db.prepare<[AttemptRef], { sequence: number }>(`select sequence from attempt ${WHERE_REF}`),
  setSequence: db.prepare(`update attempt set sequence = :sequence ${WHERE_REF}`),
  tally: db.prepare<[string, number], Tally>(
    `select coalesce(sum(touched), 0) as touched, coalesce(sum(touched = 0 and sequence > 0), 0) as untouched,
     coalesce(sum(touched = 0 and sequence = 0), 0) as unaccepted
     from attempt where job = ? and copy = ?`,
  ),
});

const view = ({
  touched,
  plan,
  medium,
  problem,
  proof,
  mediumAfter,
  notices,
  ...row
}: AttemptRow): Attempt => ({
  ...present(row),
  touched: touched === 1,
  ...(plan !== null && { plan: fromJson<NonNullable<Attempt['plan']>>(plan) }),
  ...(medium !== null && { medium: fromJson<NonNullable<Attempt['medium']>>(medium) }),
  ...(notices !== null && { notices: fromJson<NonNullable<Attempt['notices']>>(notices) }),
  ...(problem !== null && { problem: fromJson<Failure>(problem) }),
  ...(mediumAfter !== null && { mediumAfter: fromJson<MediumAfter>(mediumAfter) }),
  ...(proof !== null && { proof: fromJson<NonNullable<Attempt['proof']>>(proof) }),
});

export const summaryOf = (attempt: Attempt): AttemptSummary => without(attempt, 'plan', 'medium', 'proof');

const refOnly = ({ job, copy, attempt }: AttemptRef): AttemptRef => ({ job, copy, attempt });

export const attemptTable = (db: Database) => {
  const sql = statements(db);
  return {
    insert: ({ plan, medium, ...attempt }: NewAttempt): number =>
      sql.insert.get({ ...attempt, plan: toJson(plan), medium: toJson(medium) })?.number ?? 0,
    get: (ref: AttemptRef): Attempt | undefined => {
      const row = sql.get.get(refOnly(ref));
      return row && view(row);
    },
    of: (job: string, copy?: number): Attempt[] => sql.of.all({ job, copy: copy ?? null }).map(view),
    open: (): Attempt[] => sql.open.all().map(view),
    openOfJob: (job: string): Attempt[] => sql.openOfJob.all(job).map(view),
    openPhases: (job: string): (Phase | null)[] => sql.openPhases.all(job).map(({ phase }) => phase),
    isDriveBusy: (drive: string): boolean => sql.openOnDrive.get(drive) !== undefined,
    /** The last attempt of a drive, where the medium that it has left is still to be read. */
    unreadLast: (drive: string): Attempt | undefined => {
      const row = sql.unreadLast.get(drive);
      return row && view(row);
    },
    /** False when the attempt is in another state than `from`. */
    move: (
      ref: AttemptRef,
      { problem, proof, mediumAfter, mediumUnread = false, ...move }: AttemptMove,
    ): boolean =>
      sql.move.run({
        ...refOnly(ref),
        ...move,
        problem: toJson(problem),
        proof: toJson(proof),
        mediumAfter: toJson(mediumAfter),
        mediumUnread: mediumUnread ? 1 : 0,
      }).changes === 1,
    /** False where the attempt was not interrupted. */
    noteMedium: (ref: AttemptRef, medium: MediumAfter): boolean =>
      sql.noteMedium.run({ ...refOnly(ref), medium: toJson(medium) }).changes === 1,
    touch: (ref: AttemptRef): void => void sql.touch.run(refOnly(ref)),
    setPhase: (ref: AttemptRef, phase: Phase): void => void sql.setPhase.run({ ...refOnly(ref), phase }),
    sequence: (ref: AttemptRef): number | undefined => sql.sequence.get(refOnly(ref))?.sequence,
    setSequence: (ref: AttemptRef, sequence: number): void =>
      void sql.setSequence.run({ ...refOnly(ref), sequence }),
    tally: (job: string, copy: number): Tally =>
      sql.tally.get(job, copy) ?? { touched: 0, untouched: 0, unaccepted: 0 },
  };
};
