import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { Store } from '../../src/jobs/store/store.js';
import { type EventClient, openEvents } from '../support/event-client.js';
import { startTestApi, type TestApi } from '../support/test-api.js';
import { openTestStore } from '../support/test-store.js';

const onTcp = ({ port }: TestApi): string => `ws://127.0.0.1:${port}/v1/events`;
const overSocket = ({ socket }: TestApi): string => `ws+unix://${socket}:/v1/events`;

/** Of a client that is welcome, and has been told how things are. */
const welcomed = async (api: TestApi, topics = ['drives/*']): Promise<EventClient> => {
  const client = await openEvents(overSocket(api));
  client.send({ op: 'hello', topics });
  await client.count('snapshot', 1);
  return client;
};

describe('a WebSocket that does not say hello first', () => {
  it.each([
    ['a ping', { op: 'ping', ref: 'x' }, 4401, 'unauthenticated'],
    ['a subscription', { op: 'subscribe', topics: ['jobs/*'] }, 4401, 'unauthenticated'],
    ['no JSON', '{', 4400, 'invalid-request'],
    ['a misspelt hello', { op: 'hello', topic: ['jobs/*'], ref: 'x' }, 4400, 'schema-violation'],
  ])('is told so once and closed: %s', async (_what, frame, code, problem) => {
    const api = await startTestApi();
    const client = await openEvents(onTcp(api));
    for (let number = 0; number < 5; number++) client.send(frame);
    client.send({ op: 'hello', token: await api.token('status') });
    expect(await client.closed()).toMatchObject({ code });
    expect(client.frames).toMatchObject([{ op: 'error', problem: { code: problem } }]);
    expect(client.invalid).toEqual([]);
  });

  it('but one with a field that there is not is told which, also by how it is closed', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', topic: ['jobs/*'] });
    const reason = 'The frame is not valid: /topic: There is no such field';
    expect(await client.closed()).toMatchObject({ code: 4400, reason });
    expect(client.frames).toMatchObject([
      { op: 'error', problem: { code: 'schema-violation', detail: reason, errors: [{ pointer: '/topic' }] } },
    ]);
  });
});

describe('a WebSocket that says too much', () => {
  it('behind its hello is told so and closed', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello' });
    for (let number = 0; number < 200; number++) client.send({ op: 'ping' });
    expect(await client.closed()).toMatchObject({ code: 4429 });
    expect(client.frames.map(({ op }) => op)).not.toContain('pong');
    expect(client.frames.at(-1)).toMatchObject({ op: 'error', problem: { code: 'rate-limited' } });
  });

  it('behind its hello is answered in order as long as it is little', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', topics: ['drives/*'] });
    for (let number = 0; number < 20; number++) client.send({ op: 'ping', ref: String(number) });
    const pongs = await client.count('pong', 20);
    expect(pongs.map(({ ref }) => ref)).toEqual(Array.from({ length: 20 }, (_, number) => String(number)));
    expect(client.frames[0]?.op).toBe('welcome');
  });

  it('subscribes to so many topics and no more', async () => {
    const api = await startTestApi();
    const client = await welcomed(api);
    const page = (first: number): string[] =>
      Array.from({ length: 256 }, (_, index) => `drives/d${first + index}`);
    for (let round = 0; round < 4; round++)
      client.send({ op: 'subscribe', ref: `s${round}`, topics: page(round * 256) });
    expect(await client.frame(({ op }) => op === 'error')).toMatchObject({
      ref: 's3',
      problem: { code: 'invalid-request' },
    });
    client.send({ op: 'unsubscribe', topics: page(0) });
    client.send({ op: 'subscribe', ref: 'again', topics: page(768) });
    client.send({ op: 'ping' });
    await client.count('pong', 1);
    expect(client.frames.filter(({ op }) => op === 'error')).toHaveLength(1);
    expect(client.invalid).toEqual([]);
  });

  it('and reads none of the answers is cut off', async () => {
    const api = await startTestApi();
    const client = await welcomed(api);
    client.pause();
    // Their answers are more than the kernel and the daemon hold for one client.
    for (let number = 0; number < 30_000; number++) client.send('{');
    await vi.waitUntil(() => api.service.connections.count() === 0, { timeout: 20_000 });
    client.resume();
    const { code } = await client.closed();
    expect([4408, 1006]).toContain(code);
  });
});

describe('a client of server-sent events that leaves while its token is looked up', () => {
  it('is not counted among those that are served', async () => {
    const known = await openTestStore();
    let asked = (): void => undefined;
    let goOn = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const findToken: Store['findToken'] = async (...about) => {
      asked();
      await mayGoOn;
      return known.findToken(...about);
    };
    const api = await startTestApi({ store: { ...known, findToken } });
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${await api.token('status')}` };
    const opened = vi.spyOn(api.service.connections, 'open');
    const sent = request({ host: '127.0.0.1', port: api.port, path: '/v1/events', headers }).end();
    sent.on('error', () => undefined);
    await isAsked;
    sent.destroy();
    await sleep(300); // until the daemon has seen it, too
    goOn();
    // Whoever came after it is served when it has been dealt with.
    await welcomed(api);
    expect(api.service.connections.count()).toBe(1);
    expect(opened).toHaveBeenCalledTimes(1);
  });
});
