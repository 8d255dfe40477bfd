import type { Database } from 'better-sqlite3';
import type { TokenRow } from '../../records.js';
import { fromJson, present } from '../row.js';

interface FlatToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

const COLUMNS =
  'id, name, scopes, created_at as createdAt, expires_at as expiresAt, last_used_at as lastUsedAt';

const statements = (db: Database) => ({
  insert: db.prepare(
    `insert into token (id, name, scopes, secret_hash, created_at, expires_at)
     values (:id, :name, :scopes, :secretHash, :createdAt, :expiresAt)`,
  ),
  get: db.prepare<[string], FlatToken>(`select ${COLUMNS} from token where id = ?`),
  find: db.prepare<[string, string], FlatToken>(
    `select ${COLUMNS} from token where secret_hash = ? and (expires_at is null or expires_at > ?)`,
  ),
  list: db.prepare<[], FlatToken>(`select ${COLUMNS} from token order by id`),
  touch: db.prepare('update token set last_used_at = ? where id = ?'),
  remove: db.prepare('delete from token where id = ?'),
});

const view = ({ scopes, ...row }: FlatToken): TokenRow => ({ ...present(row), scopes: fromJson(scopes) });

export const tokenTable = (db: Database) => {
  const sql = statements(db);
  const one = (row: FlatToken | undefined): TokenRow | undefined => row && view(row);
  return {
    insert: ({ scopes, ...token }: TokenRow, secretHash: string): void =>
      void sql.insert.run({ expiresAt: null, ...token, scopes: JSON.stringify(scopes), secretHash }),
    get: (id: string): TokenRow | undefined => one(sql.get.get(id)),
    find: (secretHash: string, now: string): TokenRow | undefined => one(sql.find.get(secretHash, now)),
    list: (): TokenRow[] => sql.list.all().map(view),
    touch: (id: string, now: string): void => void sql.touch.run(now, id),
    remove: (id: string): void => void sql.remove.run(id),
  };
};
