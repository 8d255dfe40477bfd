import type { Database } from 'better-sqlite3';
import { closeSync, openSync } from 'node:fs';
import { type ErrorCode, SpindleError } from '../../errors.js';
import { migrate, type Migration } from './migrate.js';
import { Sqlite } from './sqlite.js';

/** What of SQLite's own failures a client or an administrator can do something about. */
const SQLITE_FAILURES: readonly (readonly [prefix: string, code: ErrorCode])[] = [
  ['SQLITE_FULL', 'space-exhausted'],
  ['SQLITE_CORRUPT', 'database-damaged'],
  ['SQLITE_NOTADB', 'database-damaged'],
  ['SQLITE_IOERR', 'database-damaged'],
  ['SQLITE_CANTOPEN', 'database-damaged'],
];

export const asFailure = (error: unknown): unknown => {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const row = SQLITE_FAILURES.find(([prefix]) => error.code.startsWith(prefix));
  return row ? new SpindleError(row[1], error.message, { cause: error }) : error;
};

interface Opening {
  readonly path: string;
  readonly migrations: readonly Migration[];
  readonly now: () => string;
  readonly newId: () => string;
}

const configure = (db: Database): void => {
  db.pragma('journal_mode = wal');
  // A job that was accepted survives power loss.
  db.pragma('synchronous = full');
  db.pragma('foreign_keys = on');
  db.pragma('busy_timeout = 5000');
};

/** Token hashes and paths of clients are in it: for the user of the daemon alone. SQLite gives its journals the same mode. */
const createPrivately = (path: string): void => {
  closeSync(openSync(path, 'a', 0o600));
};

/** Opens the database at `path`, makes it where there is none, and brings it to the version of this program. */
export const openDatabase = ({ path, migrations, now, newId }: Opening): Database => {
  createPrivately(path);
  const db = new Sqlite(path);
  try {
    configure(db);
    migrate(db, migrations, now());
    db.prepare('insert into meta (only, epoch) values (1, ?) on conflict do nothing').run(newId());
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};
