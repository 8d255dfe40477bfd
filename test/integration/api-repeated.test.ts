import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { SpindleError } from '../../src/errors.js';
import { startTestApi } from '../support/test-api.js';

const JOB = { type: 'data', sources: [{ at: '/', root: 'music', path: '' }] };
const KEY = 'order-88231';

const setUp = async () => {
  const api = await startTestApi();
  const headers = {
    authorization: `Bearer ${await api.token('admin')}`,
  };
  const post = (path: string, body?: object, key?: string) =>
    request(api.url)
      .post(path)
      .set({ ...headers, ...(key !== undefined && { 'idempotency-key': key }) })
      .send(body);
  /** A job that can be retried. */
  const canceledJob = async (): Promise<string> => {
    const { id } = (await post('/v1/jobs', JOB).expect(202)).body as { id: string };
    await post(`/v1/jobs/${id}/actions/cancel`).expect(202);
    return id;
  };
  const jobs = async () => (await api.store.listJobs({ limit: 200 })).items;
  return { ...api, headers, post, canceledJob, jobs };
};

describe('a request that is sent again with its Idempotency-Key', () => {
  it('retries a job once, and tells the same new job', async () => {
    const { post, canceledJob, jobs } = await setUp();
    const id = await canceledJob();
    const first = await post(`/v1/jobs/${id}/actions/retry`, undefined, KEY).expect(202);
    const second = await post(`/v1/jobs/${id}/actions/retry`, undefined, KEY).expect(202);
    expect(first.body).toMatchObject({ retryOf: id, state: 'queued' });
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers['location'],
      etag: first.headers['etag'],
    });
    expect(await jobs()).toHaveLength(2);
    await post(`/v1/jobs/${id}/actions/retry`).expect(202);
    expect(await jobs()).toHaveLength(3);
  });

  it('retries a job once, however many come at once', async () => {
    const { post, canceledJob, jobs } = await setUp();
    const id = await canceledJob();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(`/v1/jobs/${id}/actions/retry`, undefined, KEY)),
    );
    expect(answers.some(({ status }) => status === 202)).toBe(true);
    for (const { status, body } of answers) {
      if (status !== 202)
        expect(body, String(status)).toMatchObject({ status: 409, code: 'idempotency-key-in-flight' });
    }
    expect(await jobs()).toHaveLength(2);
  });

  it('is refused where the key came with another job before', async () => {
    const { post, canceledJob, jobs } = await setUp();
    const [one, other] = [await canceledJob(), await canceledJob()];
    await post(`/v1/jobs/${one}/actions/retry`, undefined, KEY).expect(202);
    const answer = await post(`/v1/jobs/${other}/actions/retry`, undefined, KEY);
    expect(answer.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(await jobs()).toHaveLength(3);
  });

  it('is tried again where it was refused before', async () => {
    const { post, jobs } = await setUp();
    const { id } = (await post('/v1/jobs', JOB).expect(202)).body as { id: string };
    const refused = await post(`/v1/jobs/${id}/actions/retry`, undefined, KEY);
    expect(refused.body).toMatchObject({ status: 409, code: 'transition-refused' });
    await post(`/v1/jobs/${id}/actions/cancel`).expect(202);
    await post(`/v1/jobs/${id}/actions/retry`, undefined, KEY).expect(202);
    expect(await jobs()).toHaveLength(2);
  });

  it('makes one virtual drive', async () => {
    const { post, fleet } = await setUp();
    const first = await post('/v1/virtual-drives', { name: 'tower' }, KEY).expect(201);
    const second = await post('/v1/virtual-drives', { name: 'tower' }, KEY).expect(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers['location']).toBe(first.headers['location']);
    expect(fleet.calls.filter(([verb]) => verb === 'createVirtualDrive')).toHaveLength(1);
  });

  it('makes the virtual drive that could not be made before', async () => {
    const { post, fleet } = await setUp();
    fleet.failures.set('createVirtualDrive', new SpindleError('drive-busy', 'not now'));
    await post('/v1/virtual-drives', { name: 'tower' }, KEY).expect(409);
    await post('/v1/virtual-drives', { name: 'tower' }, KEY).expect(201);
  });

  it('takes a lease once, so that giving it back once is enough', async () => {
    const { url, headers, post, store } = await setUp();
    const take = () => post('/v1/drives/alpha/lease', { name: 'ripper' }, KEY).expect(201);
    const { id } = (await take()).body as { id: string };
    expect((await take()).body).toMatchObject({ id });
    await request(url).delete(`/v1/drives/alpha/lease?lease=${id}`).set(headers).expect(204);
    expect(await store.leaseOf('alpha')).toBeUndefined();
  });

  it.each([
    ['/v1/tokens', { name: 'kiosk', scopes: ['status'] }],
    ['/v1/tickets', undefined],
  ])('is refused by %s, which does nothing then', async (path, body) => {
    const { post, store } = await setUp();
    const answer = await post(path, body, KEY);
    expect(answer.body).toMatchObject({ status: 400, code: 'idempotency-key-unsupported' });
    expect(await store.listTokens()).toHaveLength(1);
    await post(path, body).expect(201);
  });
});
