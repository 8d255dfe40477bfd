import { get as httpGet, type IncomingMessage } from 'node:http';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newSecret, tokenText } from '../../src/api/authenticate.js';
import { openEvents } from '../support/event-client.js';
import { startTestApi, type TestApi } from '../support/test-api.js';

const HOUR_MS = 3_600_000;

const address = ({ port }: TestApi, query = ''): string => `ws://127.0.0.1:${port}/v1/events${query}`;

/** The API with a token that ends in an hour, and a clock to put forward. */
const setUp = async () => {
  let ahead = 0;
  const api = await startTestApi({ now: () => Date.now() + ahead });
  const { secret, secretHash } = newSecret();
  const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
  const row = await api.store.createToken({ name: 'kiosk', scopes: ['status'], secretHash, expiresAt });
  const token = tokenText(row.id, secret);
  const headers = { authorization: `Bearer ${token}` };
  const ticket = async (): Promise<string> =>
    ((await request(api.url).post('/v1/tickets').set(headers).expect(201)).body as { ticket: string }).ticket;
  const revoke = (): Promise<void> => api.store.revokeToken(row.id);
  const putForward = (ms: number): void => {
    ahead += ms;
  };
  return { ...api, expiring: token, headers, ticket, revoke, putForward };
};

const openStream = ({ url }: TestApi, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve) => {
    const options = { headers: { accept: 'text/event-stream', ...headers } };
    const sent = httpGet(`${url}/v1/events`, options, resolve);
    onTestFinished(() => {
      sent.destroy();
    });
  });

/** Resolves when the client has been welcomed; `ended` when the answer has ended, cut or not. */
const listenTo = async (stream: IncomingMessage): Promise<{ ended: Promise<void> }> => {
  stream.on('error', () => undefined); // of one that is cut
  const ended = new Promise<void>((resolve) => stream.once('close', resolve));
  await new Promise<void>((resolve) => {
    stream.on('data', (piece: Buffer) => {
      if (piece.toString().includes('event: welcome')) resolve();
    });
  });
  return { ended };
};

describe('a token that is revoked', () => {
  it('takes its tickets with it', async () => {
    const api = await setUp();
    const ticket = await api.ticket();
    await api.revoke();
    await expect(openEvents(address(api, `?ticket=${ticket}`))).rejects.toThrow('401');
  });

  it('opens no WebSocket that has not said hello yet', async () => {
    const api = await setUp();
    const byTicket = await openEvents(address(api, `?ticket=${await api.ticket()}`));
    const byHeader = await openEvents(address(api), { headers: api.headers });
    await api.revoke();
    for (const client of [byTicket, byHeader]) {
      client.send({ op: 'hello' });
      expect(await client.closed()).toMatchObject({ code: 4401 });
      expect(client.frames.map(({ op }) => op)).toEqual(['error']);
    }
  });

  it('ends server-sent events', async () => {
    const api = await setUp();
    const stream = await openStream(api, api.headers);
    const { ended } = await listenTo(stream);
    await api.revoke();
    await ended;
    expect((await openStream(api, api.headers)).statusCode).toBe(401);
  });
});

describe('a token that expires', () => {
  it('takes its tickets with it', async () => {
    const api = await setUp();
    api.putForward(HOUR_MS - 10_000);
    const ticket = await api.ticket();
    api.putForward(20_000);
    await expect(openEvents(address(api, `?ticket=${ticket}`))).rejects.toThrow('401');
  });

  it('ends WebSockets and server-sent events, and those of others go on', async () => {
    const api = await setUp();
    const socket = await openEvents(address(api));
    socket.send({ op: 'hello', token: api.expiring });
    await socket.count('welcome', 1);
    const other = await openEvents(address(api));
    other.send({ op: 'hello', token: await api.token('status') });
    await other.count('welcome', 1);
    const { ended } = await listenTo(await openStream(api, api.headers));
    api.putForward(HOUR_MS + 1000);
    expect(await socket.closed()).toMatchObject({ code: 4401 });
    await ended;
    other.send({ op: 'ping' });
    await other.count('pong', 1);
  });
});
