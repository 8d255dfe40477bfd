import { symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/jobs/problem.js';
import { sayIssuesPlainly } from '../../src/plain-issues.js';
import { startTestApi } from '../support/test-api.js';

/** As the daemon does. */
beforeAll(sayIssuesPlainly);

const SOURCE = { at: '/', root: 'music', path: '' };
const DATA = { type: 'data', sources: [SOURCE] };

/** What is sent to POST /v1/jobs, and what comes back. */
const BAD_JOBS: [string, unknown, { code: string; pointer?: string }][] = [
  ['no object', [], { code: 'schema-violation' }],
  ['an unknown type', { type: 'dance' }, { code: 'schema-violation', pointer: '/type' }],
  ['a misspelt field', { ...DATA, verfy: 'full' }, { code: 'schema-violation', pointer: '/verfy' }],
  [
    'a misspelt field further down',
    { ...DATA, burn: { sped: 'max' } },
    { code: 'schema-violation', pointer: '/burn/sped' },
  ],
  ['a wrong type', { ...DATA, copies: 'two' }, { code: 'schema-violation', pointer: '/copies' }],
  ['too many copies', { ...DATA, copies: 1001 }, { code: 'schema-violation', pointer: '/copies' }],
  ['no sources', { ...DATA, sources: [] }, { code: 'schema-violation', pointer: '/sources' }],
  [
    'a way out of the root',
    { ...DATA, sources: [{ ...SOURCE, path: 'a/../../etc/shadow' }] },
    { code: 'schema-violation', pointer: '/sources/0/path' },
  ],
  [
    'an absolute path',
    { ...DATA, sources: [{ ...SOURCE, path: '/etc/shadow' }] },
    { code: 'schema-violation', pointer: '/sources/0/path' },
  ],
  [
    'a NUL in a path',
    { ...DATA, sources: [{ ...SOURCE, path: 'a\0b' }] },
    { code: 'schema-violation', pointer: '/sources/0/path' },
  ],
  [
    'a place outside the disc',
    { ...DATA, sources: [{ ...SOURCE, at: '/a/../b' }] },
    { code: 'schema-violation', pointer: '/sources/0/at' },
  ],
  [
    'an unknown root',
    { ...DATA, sources: [SOURCE, { ...SOURCE, at: '/b', root: 'nowhere' }] },
    { code: 'root-unknown', pointer: '/sources/1/root' },
  ],
  [
    'an unknown drive',
    { ...DATA, drives: ['alpha', 'gamma'] },
    { code: 'drive-unknown', pointer: '/drives/1' },
  ],
  ['an unknown image', { type: 'image', image: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E' }, { code: 'image-unknown' }],
  [
    'two sources of an image',
    { type: 'image', image: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E', source: SOURCE },
    { code: 'schema-violation' },
  ],
];

describe('a job that cannot be', () => {
  it.each(BAD_JOBS)('for %s is refused and leaves nothing behind', async (_what, body, expected) => {
    const { url, token, store, fleet } = await startTestApi();
    const headers = { authorization: `Bearer ${await token('jobs:write')}` };
    const before = await store.eventLog();
    for (const path of ['/v1/jobs', '/v1/plans']) {
      const answer = await request(url)
        .post(path)
        .set(headers)
        .send(body as object);
      const document = problem.parse(answer.body);
      expect(document.code, JSON.stringify(document)).toBe(expected.code);
      expect(answer.status).toBe(document.status);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      if (expected.pointer !== undefined) {
        expect(document.errors?.map(({ pointer }) => pointer)).toContain(expected.pointer);
      }
    }
    expect((await store.listJobs({ limit: 1 })).items).toEqual([]);
    expect((await store.listImages({ limit: 1 })).items).toEqual([]);
    expect(await store.eventLog()).toEqual(before);
    expect(fleet.calls).toEqual([]);
  });
});

describe('a request that cannot be understood', () => {
  const setUp = async () => {
    const api = await startTestApi({
      limits: { bodyBytes: 1000, uploadBytes: 1000, connectionsPerPrincipal: 4 },
    });
    const headers = { authorization: `Bearer ${await api.token('admin')}` };
    return { ...api, headers };
  };

  it.each([
    ['POST', '/v1/jobs', [], 'The body must be an object'],
    ['POST', '/v1/jobs', { type: 'image' }, 'The body must name exactly one of source and image'],
    [
      'POST',
      '/v1/validations',
      { type: 'x' },
      'The body is not valid: /type: must be one of image, source, medium',
    ],
    [
      'PUT',
      '/v1/virtual-drives/alpha/medium',
      {},
      expect.stringMatching(
        /^The body has none of the forms that it may have: \/blank must be one of .*, or \/medium is missing$/,
      ) as string,
    ],
    [
      'PUT',
      '/v1/virtual-drives/alpha/medium',
      { medium: 'kept', capacity: 5 },
      'The body is not valid: /capacity: There is no such field',
    ],
    [
      'POST',
      '/v1/jobs',
      { ...DATA, volume: { iso9660: { level: 4 } } },
      'The body is not valid: /volume/iso9660/level: must be 1, or must be 2, or must be 3',
    ],
    [
      'POST',
      '/v1/jobs',
      { ...DATA, volume: { udf: { revision: '2.01', colour: 'red' } } },
      'The body is not valid: /volume/udf/colour: There is no such field',
    ],
  ] as const)('is told what is wrong with it in a sentence: %s %s %j', async (method, path, body, detail) => {
    const { url, headers } = await setUp();
    const agent = method === 'PUT' ? request(url).put(path) : request(url).post(path);
    expect((await agent.set(headers).send(body)).body).toMatchObject({ code: 'schema-violation', detail });
  });

  it('and fits none of several forms is told all that keeps it from the closest one', async () => {
    const { url, headers } = await setUp();
    const answer = await request(url)
      .put('/v1/virtual-drives/alpha/medium')
      .set(headers)
      .send({ blank: 'dvd-ram', capacity: 0, writeProtect: 'cartridge' });
    expect(answer.body).toMatchObject({
      code: 'schema-violation',
      errors: [
        { pointer: '/capacity', message: 'must be 1 or more' },
        { pointer: '/writeProtect', message: 'must be true or false' },
      ],
    });
  });

  it('for broken JSON is told so', async () => {
    const { url, headers } = await setUp();
    const answer = await request(url)
      .post('/v1/jobs')
      .set({ ...headers, 'content-type': 'application/json' })
      .send('{"type":');
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('for another media type is told so', async () => {
    const { url, headers } = await setUp();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await request(url)
        .post('/v1/jobs')
        .set({ ...headers, 'content-type': type })
        .send(JSON.stringify(DATA));
      expect(answer.body, type).toMatchObject({ status: 415, code: 'media-type-unsupported' });
    }
  });

  it('for a body that is too large is told so, however it announces its length', async () => {
    const { url, headers } = await setUp();
    const body = { ...DATA, label: 'x'.repeat(2000) };
    const answer = await request(url).post('/v1/jobs').set(headers).send(body);
    expect(answer.body).toMatchObject({ status: 413, code: 'body-too-large' });
    const chunked = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: new Blob([JSON.stringify(body)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await chunked.json()).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  it('for a missing body is told so', async () => {
    const { url, headers } = await setUp();
    const answer = await request(url).post('/v1/jobs').set(headers);
    expect(answer.body).toMatchObject({ status: 422, code: 'schema-violation' });
  });

  it.each([
    ['GET', '/v1/nothing', 404, 'not-found'],
    ['GET', '/nothing', 404, 'not-found'],
    ['GET', '/v1/jobs/x', 404, 'not-found'],
    ['GET', '/v1/jobs/01JB3Z5V8N0Q4W7X9Y2A6C5D1E', 404, 'job-unknown'],
    ['GET', '/v1/drives/gamma', 404, 'drive-unknown'],
    ['GET', '/v1/images/01JB3Z5V8N0Q4W7X9Y2A6C5D1E', 404, 'image-unknown'],
    ['GET', '/v1/jobs?limit=0', 400, 'invalid-request'],
    ['GET', '/v1/jobs?stat=held', 400, 'invalid-request'],
    ['GET', '/v1/events?since=yesterday', 400, 'invalid-request'],
    ['GET', '/v1/roots/nowhere/list', 422, 'root-unknown'],
    ['GET', '/v1/roots/music/list?path=../..', 400, 'invalid-request'],
    ['GET', '/%', 400, 'invalid-request'],
    ['PUT', '/v1/jobs', 405, 'method-not-allowed'],
    ['DELETE', '/v1/drives', 405, 'method-not-allowed'],
    ['POST', '/v1/drives/gamma/actions/eject', 404, 'drive-unknown'],
    ['GET', '/v1/drives/alpha/medium', 409, 'medium-not-present'],
    ['GET', '/v1/drives/alpha/lease', 404, 'lease-unknown'],
    ['DELETE', '/v1/virtual-drives/alpha', 409, 'virtual-only'],
  ])('%s %s is a problem %i %s', async (method, path, status, code) => {
    const { url, headers } = await setUp();
    const answer = await fetch(`${url}${path}`, { method, headers });
    expect(await answer.json()).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    ['an address', { query: `?cursor=${'x'.repeat(20_000)}`, more: {} }, 414, 'address-too-long'],
    ['headers', { query: '', more: { 'x-long': 'x'.repeat(20_000) } }, 431, 'headers-too-large'],
  ])('for %s that is too long is told so', async (_what, { query, more }, status, code) => {
    const { url, headers } = await setUp();
    const answer = await fetch(`${url}/v1/jobs${query}`, { headers: { ...headers, ...more } });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, code });
  });

  it('for what is no HTTP is told so', async () => {
    const { port } = await setUp();
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('BURN the disc\r\n\r\n');
    });
    let answer = '';
    for await (const piece of socket.setEncoding('utf8')) answer += String(piece);
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('"code":"invalid-request"');
  });

  it('says which methods an address knows', async () => {
    const { url, headers } = await setUp();
    const answer = await request(url).put('/v1/jobs').set(headers);
    expect(answer.headers['allow']).toBe('GET, POST');
  });

  it('is not answered with a directory that a link leads to', async () => {
    const { url, headers, music } = await setUp();
    symlinkSync('/etc', join(music, 'out'));
    const answer = await request(url).get('/v1/roots/music/list?path=out').set(headers);
    expect(answer.body).toMatchObject({ status: 422, code: 'source-unsupported' });
    const listing = await request(url).get('/v1/roots/music/list').set(headers);
    expect(listing.body).toMatchObject({ items: [{ name: 'out', kind: 'link' }] });
  });
});

describe('a body that is no JSON', () => {
  it.each([
    ['{"type":"data", oops}', /^The body is not JSON: .*position 16/],
    ['{"a":1', /^The body is not JSON: .*position 6/],
    ['[1,2,x]', /^The body is not JSON: Unexpected token 'x'/],
    ['{"__proto__":1}', /^The body names `__proto__`/],
  ])('is refused with what is wrong and where: %s', async (body, detail) => {
    const { url, token } = await startTestApi();
    const answer = await request(url)
      .post('/v1/jobs')
      .set({ authorization: `Bearer ${await token('jobs:write')}`, 'content-type': 'application/json' })
      .send(body)
      .expect(400);
    const { code, detail: said, remedy } = problem.parse(answer.body);
    expect(code).toBe('invalid-request');
    expect(said).toMatch(detail);
    expect(remedy).toMatch(/^Correct what `detail` says/);
  });
});
