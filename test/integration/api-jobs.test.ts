import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { SpindleError } from '../../src/errors.js';
import { startTestApi, type TestApi } from '../support/test-api.js';
import { ACCEPTED, assigned, BAD, GOOD, journalOf, TOUCHING, WRITE } from '../support/test-store.js';

const JOB = { type: 'data', sources: [{ at: '/', root: 'music', path: '' }] };

const setUp = async () => {
  const api = await startTestApi();
  const headers = {
    authorization: `Bearer ${await api.token('jobs:read', 'jobs:write', 'drives:control', 'status')}`,
  };
  const post = (path: string, body?: object) => request(api.url).post(path).set(headers).send(body);
  const get = (path: string) => request(api.url).get(path).set(headers);
  const create = async (body: object = JOB): Promise<{ id: string; rev: number }> =>
    (await post('/v1/jobs', body).expect(202)).body as { id: string; rev: number };
  return { ...api, headers, post, get, create };
};

/** A job whose image is ready, on its way in the drive alpha. */
const underway = async ({
  store,
  create,
}: {
  store: TestApi['store'];
  create: () => Promise<{ id: string }>;
}) => {
  const { id } = await create();
  const job = { id, principal: 'uid:0' };
  const image = (await store.prepareImage(job, { ...JOB, volume: {} } as never, 'a'.repeat(64)))!;
  await store.imageReady(image.id, { summary: {}, warnings: [], bytes: 4096 });
  const attempt = await assigned(store, id, 'alpha');
  await store.fold(journalOf(attempt, [ACCEPTED, TOUCHING, WRITE]));
  return { id, attempt };
};

describe('a job', () => {
  it('is taken, with its place and its revision', async () => {
    const { post, fleet, get } = await setUp();
    const answer = await post('/v1/jobs', { ...JOB, label: 'Study 4711', copies: 3 });
    const { id, rev } = answer.body as { id: string; rev: number };
    expect(answer.status).toBe(202);
    expect(answer.headers).toMatchObject({ location: `/v1/jobs/${id}`, etag: `"${rev}"` });
    expect(answer.body).toMatchObject({ state: 'queued', label: 'Study 4711', copiesWanted: 3 });
    expect(fleet.calls).toContainEqual(['wake']);
    expect((await get(`/v1/jobs/${id}`)).body).toEqual(answer.body);
  });

  it('is made once by fifty requests at once with one Idempotency-Key', async () => {
    const { url, headers, store } = await setUp();
    const keyed = { ...headers, 'idempotency-key': 'order-88231' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => request(url).post('/v1/jobs').set(keyed).send(JOB)),
    );
    const ids = new Set(answers.map(({ body }) => (body as { id: string }).id));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(202));
    expect(ids.size).toBe(1);
    expect(answers.filter((answer) => answer.headers['idempotency-replayed'] === 'true')).toHaveLength(49);
    expect((await store.listJobs({ limit: 200 })).items).toHaveLength(1);
  });

  it('is not made by an Idempotency-Key that was used for another one', async () => {
    const { url, headers, create } = await setUp();
    const keyed = { ...headers, 'idempotency-key': 'order-88231' };
    await request(url).post('/v1/jobs').set(keyed).send(JOB).expect(202);
    const answer = await request(url)
      .post('/v1/jobs')
      .set(keyed)
      .send({ ...JOB, copies: 2 });
    expect(answer.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    await create();
  });

  it('is found in pages, the newest first, each once', async () => {
    const { create, get } = await setUp();
    const ids: string[] = [];
    for (let number = 0; number < 5; number++) ids.unshift((await create()).id);
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = (await get(`/v1/jobs?limit=2${cursor && `&cursor=${cursor}`}`)).body as {
        items: { id: string }[];
        next?: string;
      };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toEqual(ids);
    expect((await get('/v1/jobs?state=held')).body).toEqual({ items: [] });
  });

  it('is not sent again to who has it', async () => {
    const { create, get } = await setUp();
    const { id, rev } = await create();
    await get(`/v1/jobs/${id}`).set('if-none-match', `"${rev}"`).expect(304);
  });

  it('is changed only by who knows its present revision', async () => {
    const { url, headers, create } = await setUp();
    const { id, rev } = await create();
    const patch = (ifMatch?: string) =>
      request(url)
        .patch(`/v1/jobs/${id}`)
        .set({ ...headers, ...(ifMatch !== undefined && { 'if-match': ifMatch }) })
        .send({ priority: 90 });
    expect((await patch()).body).toMatchObject({ status: 428, code: 'precondition-required' });
    expect((await patch('"99"')).body).toMatchObject({ status: 412, code: 'precondition-failed' });
    expect((await patch(`"${rev}"`)).body).toMatchObject({ priority: 90 });
    expect((await patch(`"${rev}"`)).body).toMatchObject({ status: 412 });
  });

  it('is waited for until it changes', async () => {
    const { create, get, post } = await setUp();
    const { id, rev } = await create();
    const waiting = get(`/v1/jobs/${id}?wait=30&if_rev=${rev}`).then(({ body }) => body as object);
    await post(`/v1/jobs/${id}/actions/hold`).expect(200);
    expect(await waiting).toMatchObject({ state: 'held' });
    expect((await get(`/v1/jobs/${id}?wait=0.05&if_rev=${rev + 1}`)).body).toMatchObject({ rev: rev + 1 });
  });

  it('is held, released, canceled, retried and forgotten', async () => {
    const { url, headers, create, post } = await setUp();
    const { id } = await create();
    const act = async (action: string) => (await post(`/v1/jobs/${id}/actions/${action}`)).body as object;
    expect(await act('hold')).toMatchObject({ state: 'held' });
    expect(await act('release')).toMatchObject({ state: 'queued' });
    expect((await request(url).delete(`/v1/jobs/${id}`).set(headers)).body).toMatchObject({
      code: 'transition-refused',
    });
    expect(await act('cancel')).toMatchObject({ state: 'canceled' });
    expect(await act('release')).toMatchObject({ status: 409, code: 'transition-refused' });
    const again = await post(`/v1/jobs/${id}/actions/retry`).expect(202);
    expect(again.body).toMatchObject({ state: 'queued', retryOf: id });
    const forget = (job: string) => request(url).delete(`/v1/jobs/${job}`).set(headers);
    expect((await forget(id)).body).toMatchObject({ status: 409, code: 'job-retried' });
    const { id: retry } = again.body as { id: string };
    await post(`/v1/jobs/${retry}/actions/cancel`).expect(202);
    await forget(retry).expect(204);
    await forget(id).expect(204);
    expect(await act('cancel')).toMatchObject({ code: 'job-unknown' });
  });

  it('that writes a disc is canceled by force alone, and its worker is told', async () => {
    const api = await setUp();
    const { id } = await underway(api);
    const refused = await api.post(`/v1/jobs/${id}/actions/cancel`);
    expect(refused.body).toMatchObject({ status: 409, code: 'would-ruin-medium' });
    expect(api.fleet.calls.map(([verb]) => verb)).not.toContain('cancel');
    const canceled = await api.post(`/v1/jobs/${id}/actions/cancel`, { force: true }).expect(202);
    expect(canceled.body).toMatchObject({ state: 'canceling' });
    expect(api.fleet.calls).toContainEqual(['cancel', { job: id, copy: 1, attempt: 1 }, true]);
  });

  it('whose worker will not stop any more goes on', async () => {
    const api = await setUp();
    const { id } = await underway(api);
    api.fleet.failures.set('cancel', new SpindleError('too-late-to-cancel', 'The disc is being closed'));
    const answer = await api.post(`/v1/jobs/${id}/actions/cancel`, { force: true });
    expect(answer.body).toMatchObject({ state: 'canceling' });
  });

  it('says what was recorded and what proves it', async () => {
    const api = await setUp();
    const { id, attempt } = await underway(api);
    await api.store.fold(journalOf(attempt, [GOOD], 4));
    const report = await api.get(`/v1/jobs/${id}/report`);
    expect(report.body).toMatchObject({
      job: { id, state: 'completed', outcome: 'ok' },
      image: { state: 'ready' },
      copies: [
        { number: 1, state: 'good', tries: [{ drive: 'alpha', state: 'good', proof: { verified: 2 } }] },
      ],
    });
    expect((await api.get(`/v1/jobs/${id}/copies`)).body).toMatchObject({ items: [{ state: 'good' }] });
    expect((await api.get(`/v1/jobs/${id}/plan`)).body).toMatchObject({
      items: [{ copy: 1, attempt: 1, drive: 'alpha', plan: { steps: [] } }],
    });
  });

  it('that failed says why, with what to do', async () => {
    const api = await setUp();
    const { id, attempt } = await underway(api);
    await api.store.fold(journalOf(attempt, [BAD], 4));
    expect((await api.get(`/v1/jobs/${id}`)).body).toMatchObject({
      state: 'failed',
      problem: { code: 'write-failed' },
    });
  });

  it('shows the commands of an attempt where they were kept', async () => {
    const api = await setUp();
    const { id } = await underway(api);
    const missing = await api.get(`/v1/jobs/${id}/transcript`);
    expect(missing.body).toMatchObject({ status: 404, code: 'not-found' });
    const folder = join(api.service.stateDirectory, 'transcripts');
    mkdirSync(folder);
    writeFileSync(join(folder, `${id}-1-1.jsonl`), '{"name":"TEST UNIT READY"}\n');
    const found = await api.get(`/v1/jobs/${id}/transcript?copy=1&attempt=1`).buffer(true);
    expect(found.headers['content-type']).toContain('application/x-ndjson');
    expect(found.text).toBe('{"name":"TEST UNIT READY"}\n');
  });
});

describe('a plan', () => {
  it('is decided without a job, and says what each drive would do or why not', async () => {
    const { post, store, fleet, get } = await setUp();
    const first = await post('/v1/plans', JOB);
    expect(first.status).toBe(202);
    const { id } = first.body as { id: string };
    expect(first.headers['location']).toBe(`/v1/plans/${id}`);
    const [image] = (await store.listImages({ limit: 1 })).items;
    await store.imageReady(image?.id ?? '', { summary: { bytes: 4096 }, warnings: [], bytes: 4096 });
    const done = await get(`/v1/plans/${id}?wait=30`);
    expect(done.body).toMatchObject({
      state: 'ready',
      image: image?.id,
      drives: [
        { drive: 'alpha', refusals: [{ code: 'medium-not-present' }] },
        { drive: 'beta', refusals: [{ code: 'medium-not-present' }] },
      ],
    });
    expect(fleet.calls.map(([verb]) => verb)).toEqual(['plan']);
    expect((await store.listJobs({ limit: 1 })).items).toEqual([]);
  });

  it('leaves no image behind when the daemon stops', async () => {
    const { post, store, service } = await setUp();
    await post('/v1/plans', JOB).expect(202);
    expect((await store.listImages({ limit: 1 })).items).toHaveLength(1);
    service.stop();
    expect((await store.listImages({ limit: 1 })).items).toEqual([]);
  });

  it('tells what is wrong with a source', async () => {
    const { post, store, get } = await setUp();
    const { id } = (await post('/v1/plans', JOB)).body as { id: string };
    const [image] = (await store.listImages({ limit: 1 })).items;
    await store.imageFailed(image?.id ?? '', {
      code: 'source-missing',
      detail: 'albums does not exist',
      errors: [{ pointer: '/sources/0', message: 'albums does not exist' }],
    });
    expect((await get(`/v1/plans/${id}?wait=30`)).body).toMatchObject({
      state: 'failed',
      problem: { code: 'source-missing', errors: [{ pointer: '/sources/0' }] },
    });
  });
});

describe('a drive', () => {
  it('is renamed and switched by who knows its present revision', async () => {
    const { url, headers, get } = await setUp();
    const { etag } = (await get('/v1/drives/alpha')).headers as { etag: string };
    const patch = (tag: string) =>
      request(url)
        .patch('/v1/drives/alpha')
        .set({ ...headers, 'if-match': tag })
        .send({ name: 'top', accepting: false });
    expect((await patch(etag)).body).toMatchObject({ name: 'top', accepting: false });
    expect((await patch(etag)).body).toMatchObject({ status: 412 });
  });

  it('opens and closes, and looks again, when it is told to', async () => {
    const { post, fleet } = await setUp();
    for (const action of ['eject', 'load', 'lock', 'unlock']) {
      await post(`/v1/drives/alpha/actions/${action}`).expect(200);
    }
    await post('/v1/drives/alpha/actions/protect').expect(200);
    await post('/v1/drives/alpha/actions/unprotect').expect(200);
    await post('/v1/drives/alpha/actions/rescan').expect(200);
    expect(fleet.calls).toEqual([
      ...['eject', 'load', 'lock', 'unlock'].map((action) => ['tray', 'alpha', action, undefined]),
      ['protect', 'alpha', true, undefined],
      ['protect', 'alpha', false, undefined],
      ['refresh', 'alpha'],
    ]);
  });

  it('is leased, and whoever is refused is told who holds it', async () => {
    const api = await setUp();
    const { url, headers, post, get } = api;
    const taken = await post('/v1/drives/alpha/lease', { name: 'ripper', seconds: 60 }).expect(201);
    const { id } = taken.body as { id: string };
    const other = { authorization: `Bearer ${await api.token('drives:control')}` };
    const refused = await request(url).post('/v1/drives/alpha/lease').set(other).send({ name: 'other' });
    expect(refused.body).toMatchObject({ status: 423, code: 'drive-leased' });
    expect((refused.body as { detail: string }).detail).toContain('ripper');
    expect((await get('/v1/drives/alpha')).body).toMatchObject({ lease: { id, name: 'ripper' } });
    await request(url)
      .put('/v1/drives/alpha/lease')
      .set(headers)
      .send({ lease: id, seconds: 600 })
      .expect(200);
    const force = await request(url).delete('/v1/drives/alpha/lease?force=true').set(other);
    expect(force.body).toMatchObject({ status: 403, code: 'forbidden' });
    await request(url).delete(`/v1/drives/alpha/lease?lease=${id}`).set(headers).expect(204);
    await get('/v1/drives/alpha/lease').expect(404);
    expect(api.fleet.calls.filter(([verb]) => verb === 'lease').at(-1)).toEqual([
      'lease',
      'alpha',
      undefined,
    ]);
  });

  it('is taken from its holder by an administrator', async () => {
    const { url, post, token, get } = await setUp();
    await post('/v1/drives/alpha/lease', { name: 'ripper' }).expect(201);
    const admin = { authorization: `Bearer ${await token('admin')}` };
    await request(url).delete('/v1/drives/alpha/lease?force=true').set(admin).expect(204);
    await get('/v1/drives/alpha/lease').expect(404);
  });

  it('whose worker cannot hold it is not leased', async () => {
    const { post, fleet, get } = await setUp();
    fleet.failures.set('lease', new SpindleError('drive-busy', 'alpha records'));
    expect((await post('/v1/drives/alpha/lease', { name: 'ripper' })).body).toMatchObject({
      code: 'drive-busy',
    });
    await get('/v1/drives/alpha/lease').expect(404);
  });
});
