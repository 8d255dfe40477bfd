import { get as httpGet, type IncomingMessage } from 'node:http';
import request from 'supertest';
import { onTestFinished, describe, expect, it } from 'vitest';
import { type EventClient, openEvents } from '../support/event-client.js';
import { startTestApi, type TestApi } from '../support/test-api.js';
import { aDataJob } from '../support/test-store.js';

const overSocket = ({ socket }: TestApi): string => `ws+unix://${socket}:/v1/events`;

const addJobs = async ({ store }: TestApi, count: number): Promise<void> => {
  await Promise.all(Array.from({ length: count }, () => store.createJob(aDataJob(), 'uid:0')));
};

const expectValid = (client: EventClient): void => {
  expect(client.invalid).toEqual([]);
};

describe('a WebSocket on TCP', () => {
  const address = ({ port }: TestApi, query = ''): string => `ws://127.0.0.1:${port}/v1/events${query}`;

  it('may bring its token in its first frame, and is told nothing before', async () => {
    const api = await startTestApi();
    const client = await openEvents(address(api));
    await addJobs(api, 1);
    client.send({ op: 'hello', token: await api.token('status', 'jobs:read') });
    await client.count('snapshot', 3);
    expect(client.frames[0]?.op).toBe('welcome');
    expectValid(client);
  });

  it('without a credential is closed with 4401', async () => {
    const api = await startTestApi();
    for (const frame of [
      { op: 'hello' },
      { op: 'hello', token: 'sp_nonsense' },
      { op: 'subscribe', topics: ['jobs/*'] },
    ]) {
      const client = await openEvents(address(api));
      client.send(frame);
      expect(await client.closed()).toMatchObject({ code: 4401 });
      expect(client.frames).toMatchObject([{ op: 'error', problem: { code: 'unauthenticated' } }]);
      expectValid(client);
    }
  });

  it('is opened by a ticket, once', async () => {
    const api = await startTestApi();
    const headers = { authorization: `Bearer ${await api.token('status')}` };
    const { ticket } = (await request(api.url).post('/v1/tickets').set(headers).expect(201)).body as {
      ticket: string;
    };
    const client = await openEvents(address(api, `?ticket=${ticket}`));
    client.send({ op: 'hello' });
    await client.count('welcome', 1);
    await expect(openEvents(address(api, `?ticket=${ticket}`))).rejects.toThrow('401');
  });

  it('sees only what its scopes allow', async () => {
    const api = await startTestApi();
    const headers = { authorization: `Bearer ${await api.token('status')}` };
    const client = await openEvents(address(api), { headers });
    client.send({ op: 'hello' });
    await client.count('snapshot', 1);
    await addJobs(api, 1);
    await api.store.patchDrive('alpha', { name: 'top' });
    await client.frame(({ op }) => op === 'event');
    expect(client.frames.map(({ op, resource, kind }) => resource ?? kind ?? op)).toEqual([
      'welcome',
      'drives',
      'drive.configured',
    ]);
    client.send({ op: 'subscribe', ref: 's', topics: ['jobs/*'] });
    expect(await client.frame(({ op }) => op === 'error')).toMatchObject({
      ref: 's',
      problem: { code: 'forbidden' },
    });
    const greedy = await openEvents(address(api), { headers });
    greedy.send({ op: 'hello', topics: ['tokens/*'] });
    expect(await greedy.closed()).toMatchObject({ code: 4403 });
  });

  it('is closed with its token', async () => {
    const api = await startTestApi();
    const client = await openEvents(address(api));
    client.send({ op: 'hello', token: await api.token('status') });
    await client.count('welcome', 1);
    const [row] = await api.store.listTokens();
    await api.store.revokeToken(row?.id ?? '');
    expect(await client.closed()).toMatchObject({ code: 4401 });
  });

  it('is one too many after so many', async () => {
    const api = await startTestApi({
      limits: { bodyBytes: 1000, uploadBytes: 1000, connectionsPerPrincipal: 2 },
    });
    const token = await api.token('status');
    const open = async (): Promise<EventClient> => {
      const client = await openEvents(address(api));
      client.send({ op: 'hello', token });
      return client;
    };
    await Promise.all([(await open()).count('welcome', 1), (await open()).count('welcome', 1)]);
    expect(await (await open()).closed()).toMatchObject({ code: 4429 });
  });

  it('is told what is wrong with a frame', async () => {
    const api = await startTestApi();
    const client = await openEvents(address(api), {
      headers: { authorization: `Bearer ${await api.token('status')}` },
    });
    client.send({ op: 'hello' });
    await client.count('welcome', 1);
    client.send({ op: 'subscribe', ref: 's', topic: ['jobs/*'] });
    expect(await client.frame(({ op }) => op === 'error')).toMatchObject({
      ref: 's',
      problem: { code: 'schema-violation' },
    });
    client.send('{');
    await client.count('error', 2);
    client.send({ op: 'hello' });
    await client.count('error', 3);
    expectValid(client);
  });

  it('takes its leases with it', async () => {
    const api = await startTestApi();
    const headers = { authorization: `Bearer ${await api.token('status', 'drives:control')}` };
    const client = await openEvents(address(api), { headers });
    client.send({ op: 'hello' });
    const { connection } = await client.frame(({ op }) => op === 'welcome');
    const lease = { name: 'kiosk', connection };
    await request(api.url).post('/v1/drives/alpha/lease').set(headers).send(lease).expect(201);
    await client.frame(({ kind }) => kind === 'lease.taken');
    const watcher = await openEvents(overSocket(api));
    watcher.send({ op: 'hello' });
    await watcher.count('snapshot', 3);
    client.close();
    await watcher.frame(({ kind }) => kind === 'lease.released');
    expect(await api.store.leaseOf('alpha')).toBeUndefined();
    const late = await request(api.url).post('/v1/drives/alpha/lease').set(headers).send(lease);
    expect(late.body).toMatchObject({ status: 400 });
    expect(await api.store.leaseOf('alpha')).toBeUndefined();
  });

  it('is told when the daemon stops', async () => {
    const api = await startTestApi();
    const client = await openEvents(address(api));
    client.send({ op: 'hello', token: await api.token('status') });
    await client.count('welcome', 1);
    const headers = { authorization: `Bearer ${await api.token('status')}` };
    const poll = request(api.url)
      .get('/v1/events?wait=60')
      .set(headers)
      .then(({ status }) => status);
    await addJobs(api, 0);
    api.service.stop();
    expect(await client.closed()).toMatchObject({ code: 4410 });
    expect([200, 503]).toContain(await poll);
    expect((await request(api.url).get('/v1/drives').set(headers)).body).toMatchObject({
      code: 'daemon-stopping',
    });
    expect((await request(api.url).get('/readyz')).status).toBe(503);
    expect((await request(api.url).get('/healthz')).status).toBe(200);
  });
});

describe('server-sent events', () => {
  const open = (api: TestApi, headers: Record<string, string>): Promise<IncomingMessage> =>
    new Promise((resolve) => {
      const sent = httpGet(
        `${api.url}/v1/events`,
        { headers: { accept: 'text/event-stream', ...headers } },
        resolve,
      );
      onTestFinished(() => {
        sent.destroy();
      });
    });

  it('carry the same frames, and resume where the browser stopped', async () => {
    const api = await startTestApi();
    const authorization = `Bearer ${await api.token('status', 'jobs:read')}`;
    await addJobs(api, 3);
    const { epoch, head } = await api.store.eventLog();
    const answer = await open(api, { authorization, 'last-event-id': `${epoch}:${head - 2}` });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-content-type-options': 'nosniff',
    });
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) {
      text += String(piece);
      if (text.includes(`id: ${epoch}:${head}\n`)) break;
    }
    expect(text.match(/^event: .*$/gm)).toEqual(['event: welcome', 'event: event', 'event: event']);
    expect(text.match(/^id: .*$/gm)).toEqual([`id: ${epoch}:${head - 1}`, `id: ${epoch}:${head}`]);
  });
});

describe('a long poll', () => {
  it('hears each event once, one poll after the other', async () => {
    const api = await startTestApi();
    const headers = { authorization: `Bearer ${await api.token('status', 'jobs:read')}` };
    const poll = async (query: string) =>
      (await request(api.url).get(`/v1/events?${query}`).set(headers)).body as {
        next: string;
        recovered: boolean;
        events: { seq: number; kind: string }[];
      };
    const start = await poll('wait=0');
    expect(start).toMatchObject({ recovered: false, events: [] });
    const waiting = poll(`since=${start.next}&wait=30&topics=jobs/*`);
    await api.store.patchDrive('alpha', { name: 'top' });
    await addJobs(api, 2);
    const heard = await waiting;
    const rest =
      heard.events.length < 2 ? (await poll(`since=${heard.next}&wait=30&topics=jobs/*`)).events : [];
    expect([...heard.events, ...rest].map(({ kind }) => kind)).toEqual(['job.created', 'job.created']);
    expect(heard.recovered).toBe(true);
    expect(await poll('since=01JB3Z5V8N0Q4W7X9Y2A6C5D1E:3&wait=30')).toMatchObject({ recovered: false });
  });
});
