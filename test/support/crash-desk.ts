import { join } from 'node:path';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import type { DriveRow, Image, Job, LeaseRow, TokenRow } from '../../src/jobs/records.js';
import { send } from './api-client.js';
import type { Lived } from './crash-story.js';
import type { TestDaemon } from './daemon.js';
import type { PatientClient } from './patient-client.js';
import { folderJob } from './sources.js';

/*
 * What is done at a desk: tokens, drives, leases, images, jobs that never start. Each is taken back in the end, so
 * that nothing of it may be left, whoever was killed.
 */

const LONG_AGO = '2001-02-03T04:05:06.000Z';

/** What a daemon finds that was not there for long: a lease that is over, and a key that nobody will send again. */
export const livePast = async (daemon: TestDaemon): Promise<void> => {
  await daemon.start();
  const id = await daemon.api.addDrive({ name: 'old' });
  const lease = { name: 'old', seconds: 3600 };
  await daemon.api.ask('POST', `/v1/drives/${id}/lease`, lease, { 'idempotency-key': 'old' });
  await daemon.stop();
  const db = new Sqlite(join(daemon.state, 'spindle.db'));
  db.prepare('update lease set expires_at = ?').run(LONG_AGO);
  db.prepare('update idempotency set created_at = ?').run(LONG_AGO);
  db.close();
};

/** What was made before a loss of power may be gone by intention: whoever is back begins anew, with other keys. */
const keyOf = ({ isBack }: PatientClient, name: string): string => (isBack ? `${name}-again` : name);

/** Whoever is back takes back what is left of the first time, whatever it is. */
const clear = async (client: PatientClient, drive: string): Promise<void> => {
  const ids = async (path: string): Promise<string[]> =>
    ((await client.api.get(path)).body as { items: { id: string }[] }).items.map(({ id }) => id);
  await client.persist('nothing was left of the first time', async () => {
    for (const job of await ids('/v1/jobs')) {
      await client.cancel(job);
      await client.remove(`/v1/jobs/${job}`);
    }
    for (const image of await ids('/v1/images')) await client.remove(`/v1/images/${image}`);
    return true;
  });
  await client.remove(`/v1/drives/${drive}/lease?force=true`);
};

const removeOldDrive = async (client: PatientClient): Promise<void> => {
  const old = await client.persist('the old drive was there', async () =>
    (await client.api.drives()).find(({ name, holding }) => name === 'old' && holding === 'free'),
  );
  await client.remove(`/v1/virtual-drives/${old.id}`);
};

const useTokens = async (client: PatientClient): Promise<void> => {
  const { api, daemon } = client;
  const tokens = async (): Promise<TokenRow[]> =>
    ((await api.get('/v1/tokens')).body as { items: TokenRow[] }).items;
  // Its secret is told once: where that was not heard, the token is of no use, and another one is made.
  await client.persist('a token had been used', async () => {
    for (const { id } of await tokens()) await api.delete(`/v1/tokens/${id}`);
    const { body } = await api.post('/v1/tokens', { name: 'desk', scopes: ['status'] });
    const { hostname, port } = new URL(daemon.url);
    const authorization = `Bearer ${(body as { secret: string }).secret}`;
    const { status } = await send({ hostname, port, path: '/v1/whoami', headers: { authorization } });
    return status === 200 && (await tokens())[0]?.lastUsedAt !== undefined ? true : undefined;
  });
  await client.persist('there was no token', async () => {
    const left = await tokens();
    for (const { id } of left) await api.delete(`/v1/tokens/${id}`);
    return left.length === 0 ? true : undefined;
  });
};

const configure = async (client: PatientClient, drive: string): Promise<void> => {
  const path = `/v1/drives/${drive}`;
  for (const accepting of [false, true])
    await client.reach<DriveRow>(
      path,
      (row) => row.accepting === accepting,
      () => client.api.patch(path, { accepting }),
    );
};

const take = (client: PatientClient, drive: string, key: string): Promise<LeaseRow> =>
  client.make<LeaseRow>(`/v1/drives/${drive}/lease`, { name: 'desk', seconds: 600 }, keyOf(client, key));

const leaseAndGiveBack = async (client: PatientClient, drive: string): Promise<void> => {
  const path = `/v1/drives/${drive}/lease`;
  const { id: lease } = await take(client, drive, 'desk-lease-1');
  await client.persist('the lease was renewed', async () => {
    await client.api.put(path, { lease, seconds: 700 });
    return true;
  });
  await client.remove(`${path}?lease=${lease}`);
};

/** A plan does not outlive its daemon, and neither does the image that was made for it. */
const planOnce = async (client: PatientClient): Promise<void> => {
  const images = async (): Promise<Image[]> =>
    ((await client.api.get('/v1/images')).body as { items: Image[] }).items;
  await client.persist('there was a plan', async () => {
    const { body } = await client.api.post('/v1/plans?wait=10', folderJob('folder'));
    return (body as { state: string }).state === 'ready' ? true : undefined;
  });
  await client.persist('no image was left', async () => {
    const left = await images();
    for (const { id } of left) await client.api.delete(`/v1/images/${id}`);
    return left.length === 0 ? true : undefined;
  });
};

const makeImages = async (client: PatientClient): Promise<void> => {
  for (const [folder, end] of [
    ['folder', 'ready'],
    ['missing', 'failed'],
  ]) {
    const request = { type: 'data', sources: [{ at: '/', root: 'source', path: folder }] };
    const { id } = await client.make<Image>('/v1/images', request, keyOf(client, `image-${folder}`));
    await client.reach<Image>(
      `/v1/images/${id}`,
      ({ state }) => state === end,
      () => Promise.resolve(),
    );
    await client.remove(`/v1/images/${id}`);
  }
};

/** A request that fails has had no effect: its key may be used for another one. */
const failOnce = async (client: PatientClient): Promise<void> => {
  const key = { 'idempotency-key': 'in-vain' };
  await client.persist('the lease was refused', async () => {
    const { status } = await client.api.ask('POST', '/v1/drives/no-drive/lease', { name: 'desk' }, key);
    return status === 404 ? true : undefined;
  });
};

/** The drive is leased meanwhile, so that the job stays in the queue. */
const queueJobs = async (client: PatientClient, drive: string): Promise<void> => {
  await take(client, drive, 'desk-lease-2');
  const request = folderJob('folder', {}, { drives: [drive] });
  const { id } = await client.make<Job>('/v1/jobs', request, keyOf(client, 'desk-job'));
  const path = `/v1/jobs/${id}`;
  const moveTo = (state: Job['state'], action: string): Promise<Job> =>
    client.reach<Job>(
      path,
      (job) => job.state === state,
      () => client.act(id, action),
    );
  await moveTo('held', 'hold');
  await client.reach<Job>(
    path,
    ({ priority }) => priority === 7,
    () => client.api.patch(path, { priority: 7 }),
  );
  await moveTo('queued', 'release');
  await client.cancel(id);
  const { id: again } = await client.make<Job>(
    `${path}/actions/retry`,
    undefined,
    keyOf(client, 'desk-retry'),
  );
  await client.cancel(again);
  await client.remove(`/v1/jobs/${again}`);
  await client.remove(path);
  await client.remove(`/v1/drives/${drive}/lease?force=true`);
};

/** Images and jobs that come to nothing. */
export const enqueue = async (client: PatientClient): Promise<Lived> => {
  const drive = await client.addDrive('drive-1');
  if (client.isBack) await clear(client, drive);
  await planOnce(client);
  await makeImages(client);
  await queueJobs(client, drive);
  return { drives: [drive], insertions: [...client.insertions], jobs: [], job: undefined };
};

/** What a daemon tidies up by itself, then a desk. */
export const inherit = async (client: PatientClient): Promise<Lived> => {
  await removeOldDrive(client);
  return administer(client);
};

/** Tokens, drives and leases. */
export const administer = async (client: PatientClient): Promise<Lived> => {
  const drive = await client.addDrive('drive-1');
  if (client.isBack) await clear(client, drive);
  await useTokens(client);
  await configure(client, drive);
  await leaseAndGiveBack(client, drive);
  await failOnce(client);
  return { drives: [drive], insertions: [...client.insertions], jobs: [], job: undefined };
};
