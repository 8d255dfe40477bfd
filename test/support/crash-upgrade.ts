import { join } from 'node:path';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import type { Job } from '../../src/jobs/records.js';
import type { Lived, Story } from './crash-story.js';
import type { TestDaemon } from './daemon.js';
import { makeEarlier } from './earlier-database.js';
import { PatientClient } from './patient-client.js';

/*
 * A database that an earlier program has left, with a job that waits for a disc: whoever opens it goes on with that job,
 * whoever has died over it before.
 */

export const liveEarlier = async (daemon: TestDaemon, story: Story): Promise<void> => {
  await daemon.start();
  const client = new PatientClient(daemon, story);
  const job = await client.submit([await client.addDrive('drive-1')], 'job');
  await daemon.api.jobUntil(job, ({ reasons }) => reasons.some(({ code }) => code === 'insert-blank'));
  await daemon.stop();
  const db = new Sqlite(join(daemon.state, 'spindle.db'));
  makeEarlier(db);
  db.close();
};

/** Asks for nothing that was not there: a database that was begun anew has no such job. */
export const upgrade = async (client: PatientClient): Promise<Lived> => {
  const { id: job } = await client.persist('the old job was there', async () => {
    const { items } = (await client.api.get('/v1/jobs')).body as { items: Job[] };
    return items[0];
  });
  await client.follow(job);
  const drives = client.insertions.map(({ drive }) => drive);
  return { drives: [...new Set(drives)], insertions: [...client.insertions], jobs: [job], job };
};
