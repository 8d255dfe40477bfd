import type { Database } from 'better-sqlite3';
import type { Failure } from '../../../errors.js';
import type { Copy } from '../../records.js';
import type { CopyState } from '../../states.js';
import type { CopyKind } from '../../use-of.js';
import { fromJson, present, toJson } from '../row.js';

interface CopyRow {
  readonly job: string;
  readonly number: number;
  readonly kind: CopyKind;
  readonly state: CopyState;
  readonly drive: string | null;
  readonly attempts: number;
  readonly problem: string | null;
}

interface NewCopies {
  readonly job: string;
  readonly kind: CopyKind;
  readonly first: number;
  readonly copies: number;
}

interface CopyMove {
  readonly job: string;
  readonly number: number;
  readonly from: CopyState;
  readonly to: CopyState;
  readonly problem?: Failure | undefined;
}

const COLUMNS = `job, number, kind, state, drive, problem,
  (select count(*) from attempt where attempt.job = copy.job and attempt.copy = copy.number) as attempts`;

const statements = (db: Database) => ({
  insert: db.prepare(
    `insert into copy (job, number, kind, state)
     with recursive counter (number) as (select 1 union all select number + 1 from counter where number < :copies)
     select :job, :first - 1 + number, :kind, 'pending' from counter`,
  ),
  of: db.prepare<[string], CopyRow>(`select ${COLUMNS} from copy where job = ? order by number`),
  get: db.prepare<[string, number], CopyRow>(`select ${COLUMNS} from copy where job = ? and number = ?`),
  pending: db.prepare<[Record<string, unknown>], { number: number }>(
    `select number from copy where state = 'pending' and job = :job and (:kind is null or kind = :kind) order by number`,
  ),
  move: db.prepare(
    'update copy set state = :to, problem = :problem where job = :job and number = :number and state = :from',
  ),
  setDrive: db.prepare('update copy set drive = ? where job = ? and number = ?'),
});

const view = ({ problem, ...row }: CopyRow): Copy => ({
  ...present(row),
  ...(problem !== null && { problem: fromJson<Failure>(problem) }),
});

export const copyTable = (db: Database) => {
  const sql = statements(db);
  return {
    /** `copies` pending ones, numbered from `first` on. */
    insert: (copies: NewCopies): void => void sql.insert.run(copies),
    of: (job: string): Copy[] => sql.of.all(job).map(view),
    get: (job: string, number: number): Copy | undefined => {
      const row = sql.get.get(job, number);
      return row && view(row);
    },
    pending: (job: string, kind?: CopyKind): number[] =>
      sql.pending.all({ job, kind: kind ?? null }).map(({ number }) => number),
    /** False when the copy is in another state than `from`. */
    move: ({ problem, ...move }: CopyMove): boolean =>
      sql.move.run({ ...move, problem: toJson(problem) }).changes === 1,
    setDrive: (job: string, number: number, drive: string): void => void sql.setDrive.run(drive, job, number),
  };
};
