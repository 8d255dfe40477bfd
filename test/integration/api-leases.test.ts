import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { SpindleError } from '../../src/errors.js';
import { openEvents } from '../support/event-client.js';
import { startTestApi } from '../support/test-api.js';

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
