import type { Database } from 'better-sqlite3';
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorCode, isSpindleError, SpindleError } from '../../errors.js';
import { foreignOwners } from '../../os/foreign-owners.js';
import { withOwnFile } from '../../os/own-file.js';
import { latestBackup } from './backups.js';
import { migrate, type Migration } from './migrate.js';
import { Sqlite } from './sqlite.js';

/**
 * What of SQLite's own failures a client or an administrator can do something about; the first that begins so. Only what the file says
 * makes it a damaged one: who is told that may throw it away.
 */
const SQLITE_FAILURES: readonly (readonly [prefix: string, code: ErrorCode])[] = [
  ['SQLITE_FULL', 'space-exhausted'],
  // The index of the log is lengthened when the database is opened, and nothing tells a full disk from one that fails.
  ['SQLITE_IOERR_SHMSIZE', 'space-exhausted'],
  ['SQLITE_CORRUPT', 'database-damaged'],
  ['SQLITE_NOTADB', 'database-damaged'],
  ['SQLITE_IOERR', 'state-inaccessible'],
  ['SQLITE_CANTOPEN', 'state-inaccessible'],
  ['SQLITE_READONLY', 'state-inaccessible'],
  ['SQLITE_PERM', 'state-inaccessible'],
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

/** SQLite does not say which of its files it could not open. */
const filesOf = (path: string): string[] => [dirname(path), path, `${path}-wal`, `${path}-shm`];

/** Whoever is to mend it must be told which file it is, and from what it can be restored. */
const DETAILS: Partial<Record<ErrorCode, (path: string, reason: string) => string>> = {
  'space-exhausted': (path) => `There is no space left for ${path}.`,
  'state-inaccessible': (path, reason) => `${path}: ${reason}${foreignOwners(filesOf(path))}.`,
  'database-damaged': (path, reason) => `${path}: ${reason}; ${restoring(path)}.`,
};

const withPlace = (path: string, thrown: unknown): unknown => {
  // A system call that failed has named its file already.
  if (isSpindleError(thrown) && thrown.code !== 'database-damaged') return thrown;
  const error = asFailure(thrown);
  const detail = isSpindleError(error) ? DETAILS[error.code] : undefined;
  if (!isSpindleError(error) || !detail) return error;
  return new SpindleError(error.code, detail(path, error.message.replace(/\.$/, '')), { cause: error });
};

const prepare = (db: Database, { migrations, now, newId }: Opening): void => {
  configure(db);
  migrate(db, migrations, now());
  db.prepare('insert into meta (only, epoch) values (1, ?) on conflict do nothing').run(newId());
};

/** Opens the database at `path`, makes it where there is none, and brings it to the version of this program. */
export const openDatabase = (opening: Opening): Database => {
  const { path } = opening;
  try {
    return withOwnFile(path, () => {
      createPrivately(path);
      const db = new Sqlite(path);
      try {
        prepare(db, opening);
        return db;
      } catch (error) {
        db.close();
        throw error;
      }
    });
  } catch (error) {
    throw withPlace(path, error);
  }
};
