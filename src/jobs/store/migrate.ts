import type { Database } from 'better-sqlite3';
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SpindleError } from '../../errors.js';
import { pass } from '../../named-point.js';
import { syncName } from '../../os/atomic-file.js';
import { backupPath } from './backups.js';

export interface Migration {
  /** NNNN of `NNNN-what.sql`, counted from 1 without gaps. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
}

const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

export const readMigrations = (folder: string): Migration[] => {
  const names = readdirSync(folder).filter((name) => NAME.test(name));
  return names.sort().map((name, index) => {
    const sql = readFileSync(join(folder, name), 'utf8');
    const version = Number(name.slice(0, 4));
    if (version !== index + 1) throw new Error(`${name}: migration ${index + 1} is missing`);
    return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
};

const versionOf = (db: Database): number => Number(db.pragma('user_version', { simple: true }));

/** A file that was edited after it had been applied means that this database is not what the program thinks. */
const checkApplied = (db: Database, migrations: readonly Migration[]): void => {
  const applied = db
    .prepare<[], { version: number; checksum: string }>('select version, checksum from migration')
    .all();
  for (const { version, checksum } of applied) {
    const file = migrations[version - 1];
    if (file?.checksum === checksum) continue;
    throw new SpindleError(
      'database-damaged',
      `Migration ${version} is not the one that made this database.`,
    );
  }
};

const sync = (path: string): void => {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/**
 * Complete or not there: SQLite writes it beside its place, and takes an empty file that has the right mode. It happens to sync
 * what it vacuums into, which lang_vacuum does not promise; else the migration that follows might be on disk before.
 */
const backUp = (db: Database, version: number): void => {
  const path = backupPath(db.name, version);
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, '', { mode: 0o600 });
  db.prepare('vacuum into ?').run(unfinished);
  sync(unfinished);
  pass('before', { at: 'file', path });
  renameSync(unfinished, path);
  syncName(path);
  pass('after', { at: 'file', path });
};

const apply = (db: Database, { version, name, sql, checksum }: Migration, now: string): void => {
  const point = { at: 'migration', version } as const;
  const run = db.transaction(() => {
    db.exec(sql);
    db.prepare('insert into migration (version, name, checksum, applied_at) values (?, ?, ?, ?)').run(
      version,
      name,
      checksum,
      now,
    );
    db.pragma(`user_version = ${version}`);
    pass('before', point);
  });
  run.immediate();
  pass('after', point);
};

/** Brings a database to the version of this program, after a backup where there is something to lose. */
export const migrate = (db: Database, migrations: readonly Migration[], now: string): void => {
  const version = versionOf(db);
  if (version > migrations.length) {
    throw new SpindleError(
      'database-newer',
      `The database ${db.name} has version ${version}; this program knows ${migrations.length}.`,
    );
  }
  db.exec(
    `create table if not exists migration (
       version integer primary key, name text not null, checksum text not null, applied_at text not null
     ) strict`,
  );
  checkApplied(db, migrations);
  if (version === migrations.length) return;
  if (version > 0) backUp(db, version);
  for (const migration of migrations.slice(version)) apply(db, migration, now);
};
