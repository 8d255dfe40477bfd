import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/jobs/store/open-store.js';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import { aDataJob, openTestStore, silentLog } from '../support/test-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const WRITER = fileURLToPath(new URL('../support/job-writer.mjs', import.meta.url));

/** Ids of the jobs that were accepted by a daemon that was killed after so many of them. */
const acceptedUntilKilled = async (path: string, after: number): Promise<string[]> => {
  const writer = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const accepted: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    accepted.push(line);
    if (accepted.length === after) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  expect(writer.signalCode).toBe('SIGKILL');
  return accepted;
};

describe('a database whose process is killed while it creates jobs', () => {
  it.each([3, 40, 101])(
    'has each accepted job, whole and with its event, after %i of them',
    async (after) => {
      const path = join(temporaryFolder(), 'spindle.db');
      const accepted = await acceptedUntilKilled(path, after);
      const store = await openTestStore(path);
      for (const id of accepted) expect(await store.getJob(id)).toMatchObject({ id, copies: { pending: 5 } });

      const db = new Sqlite(path, { readonly: true });
      const number = (sql: string): unknown => db.prepare(sql).pluck().get();
      const jobs = number('select count(*) from job');
      expect(jobs).toBeGreaterThanOrEqual(accepted.length);
      expect(number(`select count(*) from event where kind = 'job.created'`)).toBe(jobs);
      expect(number('select count(*) from copy')).toBe(Number(jobs) * 5);
      expect(number('select max(seq) from event')).toBe(jobs);
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(db.pragma('foreign_key_check')).toEqual([]);
      db.close();
    },
  );
});

describe('a database', () => {
  it('keeps its epoch and counts the daemons that used it', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    const seen: unknown[] = [];
    for (let start = 0; start < 3; start += 1) {
      const store = await openStore({ path, log: silentLog });
      seen.push([await store.beginGeneration(), (await store.eventLog()).epoch]);
      await store.close();
    }
    const epoch = (seen[0] as [number, string])[1];
    expect(seen).toEqual([1, 2, 3].map((generation) => [generation, epoch]));
    const other = await openTestStore();
    expect((await other.eventLog()).epoch).not.toBe(epoch);
  });

  it('can be read by nobody but its user', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    const store = await openTestStore(path);
    await store.createJob(aDataJob(), 'uid:1000');
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('finishes what was asked before it is closed, and refuses what is asked after', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    const store = await openStore({ path, log: silentLog });
    const asked = Promise.all(Array.from({ length: 20 }, () => store.createJob(aDataJob(), 'uid:1000')));
    await store.close();
    expect(await asked).toHaveLength(20);
    await expect(store.listJobs({ limit: 1 })).rejects.toThrow('the store is closed');
  });
});
