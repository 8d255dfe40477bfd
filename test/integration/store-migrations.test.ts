import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/jobs/store/open-store.js';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import type { Store } from '../../src/jobs/store/store.js';
import { shippedPath } from '../../src/program.js';
import { makeEarlier } from '../support/earlier-database.js';
import {
  ACCEPTED,
  TOUCHING,
  aDataJob,
  aReadyJob,
  assigned,
  journalOf,
  openTestStore,
  seeDrives,
  silentLog,
} from '../support/test-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The migrations of this program and those of a later one. */
const migrationsAnd = (later: Record<string, string>): string => {
  const folder = join(temporaryFolder(), 'migrations');
  cpSync(shippedPath('migrations'), folder, { recursive: true });
  for (const [name, sql] of Object.entries(later)) writeFileSync(join(folder, name), sql);
  return folder;
};

const open = (path: string, migrations: string): Promise<Store> =>
  openStore({ path, log: silentLog, migrations });

const SHIPPED = readdirSync(shippedPath('migrations')).length;
const next = (what: string): string => `${String(SHIPPED + 1).padStart(4, '0')}-${what}.sql`;

const aDatabaseWithAJob = async (): Promise<{ path: string; job: string }> => {
  const path = join(temporaryFolder(), 'spindle.db');
  const store = await openStore({ path, log: silentLog });
  const { job } = await store.createJob(aDataJob(), 'uid:1000');
  await store.close();
  return { path, job: job.id };
};

const read = (path: string, sql: string): unknown => {
  const db = new Sqlite(path, { readonly: true });
  const found = db.prepare(sql).pluck().get();
  db.close();
  return found;
};

describe('a new database', () => {
  it('is made from the migrations, with the settings that survive power loss', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    const store = await openTestStore(path);
    expect(await store.statistics()).toMatchObject({ jobs: { queued: 0 }, events: 0 });
    expect(read(path, 'pragma user_version')).toBe(SHIPPED);
    expect(read(path, 'pragma journal_mode')).toBe('wal');
    expect(
      read(
        path,
        `select count(*) from sqlite_schema where type = 'table' and sql not like '%strict%'
      and name not like 'sqlite_%'`,
      ),
    ).toBe(0);
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('version'))).toEqual([]);
  });
});

describe('a database of an earlier version', () => {
  it('is brought up to date after a backup that holds it as it was', async () => {
    const { path, job } = await aDatabaseWithAJob();
    const later = migrationsAnd({ [next('notes')]: 'alter table job add column note text;' });
    const store = await open(path, later);
    expect(await store.getJob(job)).toMatchObject({ id: job });
    await store.close();
    expect(read(path, 'pragma user_version')).toBe(SHIPPED + 1);
    const backup = `${path}.version-${SHIPPED}`;
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(read(backup, 'pragma user_version')).toBe(SHIPPED);
    expect(read(backup, 'select id from job')).toBe(job);
  });

  it('is left as it was by a migration that fails in the middle', async () => {
    const { path, job } = await aDatabaseWithAJob();
    const broken = migrationsAnd({
      [next('broken')]: 'alter table job add column note text; drop table nowhere;',
    });
    await expect(open(path, broken)).rejects.toMatchObject({ code: 'internal' });
    expect(read(path, 'pragma user_version')).toBe(SHIPPED);
    const store = await openTestStore(path);
    expect(await store.getJob(job)).toMatchObject({ id: job });
  });
});

describe('a database that knows unread media by the words of their remedy (version 8)', () => {
  const interrupt = async (store: Store, drive: string) => {
    const job = await aReadyJob(store);
    await store.fold(journalOf(await assigned(store, job, drive), [ACCEPTED, TOUCHING]));
    const ref = { job, copy: 1, attempt: 1 };
    await store.interrupt(ref, { code: 'attempt-interrupted', detail: '' });
    return ref;
  };

  it('still has those read that nobody has read, and no others', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    const store = await openStore({ path, log: silentLog });
    await seeDrives(store, 'unread', 'read');
    const { job } = await interrupt(store, 'unread');
    await store.noteMedium(await interrupt(store, 'read'), { state: 'lost', remedy: 'Use another one.' });
    await store.close();
    const db = new Sqlite(path);
    makeEarlier(db);
    expect(db.prepare("select medium_after from attempt where drive = 'unread'").pluck().get()).toContain(
      'The worker died while the medium was altered. It is read as soon as its drive answers; where it is',
    );
    db.close();

    const later = await openTestStore(path);
    expect(await later.unreadOf('unread')).toMatchObject({ job });
    expect(await later.unreadOf('read')).toBeUndefined();
  });
});

describe('a database that this program must not touch', () => {
  it('is refused when a newer program made it, and stays as it is', async () => {
    const { path } = await aDatabaseWithAJob();
    await (
      await open(path, migrationsAnd({ [next('notes')]: 'alter table job add column note text;' }))
    ).close();
    const before = readFileSync(path);
    await expect(openStore({ path, log: silentLog })).rejects.toMatchObject({ code: 'database-newer' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is refused when a migration was changed after it had made the database', async () => {
    const { path } = await aDatabaseWithAJob();
    const folder = migrationsAnd({});
    const [first = ''] = readdirSync(folder);
    writeFileSync(join(folder, first), `${readFileSync(join(folder, first), 'utf8')}\n-- an afterthought\n`);
    await expect(open(path, folder)).rejects.toMatchObject({ code: 'database-damaged' });
  });

  it('is refused when it is no database at all', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    writeFileSync(path, 'These are not the bytes that you are looking for.\n'.repeat(100));
    const message = expect.stringMatching(`^${path}: .*; there is no backup of it beside it\\.$`) as string;
    await expect(openStore({ path, log: silentLog })).rejects.toMatchObject({
      code: 'database-damaged',
      message,
    });
  });

  it('names the backup that it can be restored from, of the highest version', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    writeFileSync(path, 'These are not the bytes that you are looking for.\n'.repeat(100));
    for (const version of [9, 10]) writeFileSync(`${path}.version-${version}`, '');
    writeFileSync(`${path}.version-11.unfinished`, '');
    await expect(openStore({ path, log: silentLog })).rejects.toThrow(
      `its backup is ${path}.version-10, of `,
    );
  });
});
