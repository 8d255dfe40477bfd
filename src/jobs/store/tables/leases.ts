import type { Database } from 'better-sqlite3';
import type { LeaseRow } from '../../records.js';

type FlatLease = Omit<LeaseRow, 'bound'> & { readonly bound: 0 | 1 };

const COLUMNS = 'id, drive, principal, name, count, expires_at as expiresAt, bound';

const statements = (db: Database) => ({
  insert: db.prepare(
    `insert into lease (id, drive, principal, name, count, expires_at, bound)
     values (:id, :drive, :principal, :name, :count, :expiresAt, :bound)`,
  ),
  get: db.prepare<[string], FlatLease>(`select ${COLUMNS} from lease where id = ?`),
  ofDrive: db.prepare<[string], FlatLease>(`select ${COLUMNS} from lease where drive = ?`),
  list: db.prepare<[], FlatLease>(`select ${COLUMNS} from lease order by id`),
  bound: db.prepare<[], FlatLease>(`select ${COLUMNS} from lease where bound = 1 order by id`),
  update: db.prepare('update lease set count = :count, expires_at = :expiresAt where id = :id'),
  remove: db.prepare('delete from lease where id = ?'),
});

const view = (row: FlatLease): LeaseRow => ({ ...row, bound: row.bound === 1 });

export const leaseTable = (db: Database) => {
  const sql = statements(db);
  const one = (row: FlatLease | undefined): LeaseRow | undefined => row && view(row);
  return {
    insert: (lease: LeaseRow): void => void sql.insert.run({ ...lease, bound: lease.bound ? 1 : 0 }),
    get: (id: string): LeaseRow | undefined => one(sql.get.get(id)),
    ofDrive: (drive: string): LeaseRow | undefined => one(sql.ofDrive.get(drive)),
    list: (): LeaseRow[] => sql.list.all().map(view),
    bound: (): LeaseRow[] => sql.bound.all().map(view),
    update: ({ id, count, expiresAt }: LeaseRow): void => void sql.update.run({ id, count, expiresAt }),
    remove: (id: string): void => void sql.remove.run(id),
  };
};
