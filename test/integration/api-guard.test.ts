import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { openEvents } from '../support/event-client.js';
import { startTestApi } from '../support/test-api.js';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('on TCP', () => {
  it('nobody is trusted for coming from the loopback address', async () => {
    const { url } = await startTestApi();
    const answer = await request(url).get('/v1/drives');
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.body).toMatchObject({ code: 'unauthenticated', instance: '/v1/drives' });
  });

  it('a token is not taken for another one of the same secret, nor in another scheme', async () => {
    const { url, token } = await startTestApi();
    const text = await token('status');
    const [, id = '', secret = ''] = /^sp_([^_]+)_(.+)$/.exec(text) ?? [];
    const credentials = [
      `Bearer sp_${id.split('').reverse().join('')}_${secret}`,
      `Bearer sp_${id}_${secret.slice(1)}x`,
      `Bearer ${secret}`,
      'Bearer',
      `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    ];
    for (const authorization of credentials) {
      const answer = await request(url).get('/v1/server').set({ authorization });
      expect(answer.body, authorization).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
  });

  it('a token does what its scopes say and nothing else', async () => {
    const { url, token } = await startTestApi();
    const headers = bearer(await token('jobs:read'));
    await request(url).get('/v1/jobs').set(headers).expect(200);
    const answer = await request(url).post('/v1/drives/alpha/actions/eject').set(headers);
    expect(answer.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((answer.body as { detail: string }).detail).toContain('drives:control');
  });

  it('a revoked token is worth nothing', async () => {
    const { url, socket, token, store } = await startTestApi();
    const headers = bearer(await token('status'));
    await request(url).get('/v1/server').set(headers).expect(200);
    const [row] = await store.listTokens();
    await request(`http+unix://${encodeURIComponent(socket)}`)
      .delete(`/v1/tokens/${row?.id ?? ''}`)
      .expect(204);
    await request(url).get('/v1/server').set(headers).expect(401);
  });

  it('the secret of a token is told once, to who makes it', async () => {
    const { url, token } = await startTestApi();
    const headers = bearer(await token('admin'));
    const made = await request(url)
      .post('/v1/tokens')
      .set(headers)
      .send({ name: 'kiosk', scopes: ['status'], expiresAt: '2999-01-01T02:00:00+02:00' });
    expect(made.status).toBe(201);
    const { secret } = made.body as { secret: string };
    await request(url).get('/v1/server').set(bearer(secret)).expect(200);
    const list = await request(url).get('/v1/tokens').set(headers);
    expect(JSON.stringify(list.body)).not.toContain(secret.slice(-43));
    const late = await request(url)
      .post('/v1/tokens')
      .set(headers)
      .send({ name: 'old', scopes: ['status'], expiresAt: '2000-01-01T00:00:00.000Z' });
    expect(late.body).toMatchObject({ status: 422, errors: [{ pointer: '/expiresAt' }] });
  });

  it('everything but pages, the document and health checks wants a token', async () => {
    const { url } = await startTestApi();
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs/']) {
      expect((await request(url).get(path)).status, path).toBe(200);
    }
    const { paths } = (await request(url).get('/openapi.json')).body as { paths: Record<string, object> };
    const id = '01JB3Z5V8N0Q4W7X9Y2A6C5D1E';
    for (const [pattern, operations] of Object.entries(paths)) {
      if (['/healthz', '/readyz'].includes(pattern)) continue;
      const path = pattern.replace('{id}', id).replace('{name}', 'music');
      for (const method of Object.keys(operations)) {
        const answer = await request(url)[method as 'get'](path);
        expect(answer.status, `${method} ${path}`).toBe(401);
      }
    }
  });
});

describe('before anything else', () => {
  it('a foreign Host is refused, with and without a token, on HTTP and on the WebSocket', async () => {
    const { url, port, token } = await startTestApi();
    const headers = { host: 'evil.example', ...bearer(await token('admin')) };
    const answer = await request(url).get('/v1/drives').set(headers);
    expect(answer.body).toMatchObject({ status: 421, code: 'host-not-allowed' });
    await expect(openEvents(`ws://127.0.0.1:${port}/v1/events`, { headers })).rejects.toThrow('421');
    expect((await request(url).get('/healthz').set({ host: 'evil.example' })).status).toBe(421);
    expect((await request(url).get('/').set({ host: 'evil.example' })).status).toBe(421);
  });

  it('a foreign Origin is refused, with and without a token, on HTTP and on the WebSocket', async () => {
    const { url, port, token } = await startTestApi();
    const headers = { origin: 'http://evil.example', ...bearer(await token('admin')) };
    const answer = await request(url).post('/v1/jobs').set(headers).send({});
    expect(answer.body).toMatchObject({ status: 403, code: 'origin-not-allowed' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    await expect(openEvents(`ws://127.0.0.1:${port}/v1/events`, { headers })).rejects.toThrow('403');
    const own = { ...headers, origin: `http://127.0.0.1:${port}` };
    await openEvents(`ws://127.0.0.1:${port}/v1/events`, { headers: own });
  });

  it('no preflight is ever answered', async () => {
    const { url, port } = await startTestApi();
    const answer = await request(url)
      .options('/v1/jobs')
      .set({ origin: `http://127.0.0.1:${port}`, 'access-control-request-method': 'POST' });
    expect(answer.status).toBe(405);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('every answer forbids what a page must not do', async () => {
    const { url } = await startTestApi();
    for (const path of ['/healthz', '/v1/drives', '/nowhere', '/openapi.json']) {
      const { headers } = await request(url).get(path);
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    }
  });
});

describe('on the Unix socket', () => {
  it('the user of the daemon may do everything, without a token', async () => {
    const { socket } = await startTestApi();
    const answer = await request(`http+unix://${encodeURIComponent(socket)}`).get('/v1/whoami');
    expect(answer.body).toMatchObject({ principal: `uid:${process.getuid?.() ?? 0}`, transport: 'unix' });
    expect((answer.body as { scopes: string[] }).scopes).toContain('admin');
  });
});
