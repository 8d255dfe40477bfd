import type { Database } from 'better-sqlite3';
import { closeSync, openSync } from 'node:fs';
import { type ErrorCode, isSpindleError, SpindleError } from '../../errors.js';
import { latestBackup } from './backups.js';
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

const restoring = (path: string): string => {
  const backup = latestBackup(path);
  return backup ? `its backup is ${backup.path}, of ${backup.madeAt}` : 'there is no backup of it beside it';
};

/** Whoever is to restore a database must be told which file it is, and from what. */
const withPlace = (path: string, thrown: unknown): unknown => {
  const error = asFailure(thrown);
  if (!isSpindleError(error) || error.code !== 'database-damaged') return error;
  const reason = error.message.replace(/\.$/, '');
  return new SpindleError(error.code, `${path}: ${reason}; ${restoring(path)}.`, { cause: error });
};

/** Opens the database at `path`, makes it where there is none, and brings it to the version of this program. */
export const openDatabase = ({ path, migrations, now, newId }: Opening): Database => {
  let db: Database | undefined;
  try {
    createPrivately(path);
    db = new Sqlite(path);
    configure(db);
    migrate(db, migrations, now());
    db.prepare('insert into meta (only, epoch) values (1, ?) on conflict do nothing').run(newId());
    return db;
  } catch (error) {
    db?.close();
    throw withPlace(path, error);
  }
};
