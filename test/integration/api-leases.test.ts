import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { SpindleError } from '../../src/errors.js';
import { openEvents } from '../support/event-client.js';
import { startTestApi } from '../support/test-api.js';
import { seeDrives } from '../support/test-store.js';

const setUp = async () => {
  const api = await startTestApi();
  const headers = { authorization: `Bearer ${await api.token('status', 'drives:control')}` };
  const events = await openEvents(`${api.url.replace('http', 'ws')}/v1/events`, { headers });
  events.send({ op: 'hello' });
  const { connection } = await events.frame(({ op }) => op === 'welcome');
  const take = (drive: string, more: object = {}) =>
    request(api.url)
      .post(`/v1/drives/${drive}/lease`)
      .set(headers)
      .send({ name: 'ripper', ...more });
  /** What happened to the leases of a drive, after the connection has ended and what was bound to it as well. */
  const kindsAfterClose = async (drive: string): Promise<string[]> => {
    await take('beta', { connection }).expect(201);
    const isBetaFree = new Promise<void>((resolve) => {
      api.store.onEvents((told) => {
        if (told.some(({ topic, kind }) => topic === 'drives/beta' && kind === 'lease.released')) resolve();
      });
    });
    events.close();
    await isBetaFree;
    const told = await api.store.eventsSince(0, { limit: 100, topics: [`drives/${drive}`] });
    return told.map(({ kind }) => kind).filter((kind) => kind.startsWith('lease.'));
  };
  return { ...api, connection, take, kindsAfterClose };
};

describe('a lease that is bound to a WebSocket', () => {
  it('ends with it', async () => {
    const { take, connection, kindsAfterClose, store } = await setUp();
    await take('alpha', { connection }).expect(201);
    expect(await kindsAfterClose('alpha')).toEqual(['lease.taken', 'lease.released']);
    expect(await store.leaseOf('alpha')).toBeUndefined();
  });

  it('and could not be had takes nothing with it that its client has of the drive', async () => {
    const { take, connection, kindsAfterClose, fleet, store } = await setUp();
    const { id } = (await take('alpha').expect(201)).body as { id: string };
    fleet.failures.set('lease', new SpindleError('drive-busy', 'alpha records'));
    await take('alpha', { connection }).expect(409);
    expect(await kindsAfterClose('alpha')).toEqual(['lease.taken', 'lease.taken', 'lease.released']);
    expect(await store.leaseOf('alpha')).toMatchObject({ id, count: 1 });
  });
});

describe('a lease whose id somebody else has read', () => {
  const USES = [
    ['post', '/v1/drives/gamma/actions/eject', {}, 200],
    ['post', '/v1/drives/gamma/actions/unlock', {}, 200],
    ['put', '/v1/virtual-drives/gamma/medium', { blank: 'cd-r' }, 200],
    ['put', '/v1/virtual-drives/gamma/faults', { faults: [] }, 204],
  ] as const;

  const setUpTwo = async () => {
    const api = await startTestApi();
    await api.store.createVirtualDrive({ id: 'gamma', home: 'worker', settings: {} });
    await seeDrives(api.store, 'gamma');
    api.fleet.drives.set('gamma', { ...api.fleet.state('alpha'), id: 'gamma' });
    const as = async () => ({ authorization: `Bearer ${await api.token('status', 'drives:control')}` });
    const holder = await as();
    const taken = await request(api.url).post('/v1/drives/gamma/lease').set(holder).send({ name: 'ripper' });
    const send = (headers: Record<string, string>, method: 'post' | 'put', path: string, body: object) =>
      request(api.url)[method](path).set(headers).send(body);
    const operations = (): number => api.fleet.calls.filter(([verb]) => verb !== 'lease').length;
    return { ...api, holder, other: await as(), lease: (taken.body as { id: string }).id, send, operations };
  };

  it.each(USES)('does not let them %s %s', async (method, path, body) => {
    const { send, other, lease, operations } = await setUpTwo();
    const answer = await send(other, method, path, { ...body, lease }).expect(404);
    expect(answer.body).toMatchObject({ code: 'lease-unknown' });
    expect(operations()).toBe(0);
  });

  it('does not let them take out a medium', async () => {
    const { url, other, lease, operations } = await setUpTwo();
    await request(url).delete(`/v1/virtual-drives/gamma/medium?lease=${lease}`).set(other).expect(404);
    expect(operations()).toBe(0);
  });

  it.each(USES)('lets its holder %s %s', async (method, path, body, status) => {
    const { send, holder, lease, operations } = await setUpTwo();
    await send(holder, method, path, { ...body, lease }).expect(status);
    expect(operations()).toBe(1);
  });
});
