import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/api-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { openEvents } from '../support/event-client.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const daemon = sharedDaemon();
const { api } = daemon;
let drive: string;

beforeAll(async () => {
  fillFolder(daemon.source, 'folder');
  drive = await api.addDrive({ blank: 'cd-r' });
});

/** Files of images and journals: nothing of what was refused may stay there. */
const leftovers = (): string[] =>
  ['images', 'journal', 'transcripts'].flatMap((name) => readdirSync(join(daemon.state, name)));

const expectNothingDone = async (): Promise<void> => {
  expect(leftovers()).toEqual([]);
  expect((await api.drive(drive)).medium?.status).toBe('empty');
};

const PROBLEM_FIELDS = {
  type: expect.stringMatching(/^urn:spindle:problem:[a-z-]+$/) as string,
  title: expect.any(String) as string,
  detail: expect.any(String) as string,
  remedy: expect.any(String) as string,
  instance: expect.any(String) as string,
  requestId: expect.any(String) as string,
};

const dataJob = (source: object, more: object = {}): object => ({
  type: 'data',
  sources: [{ at: '/', ...source }],
  drives: [drive],
  ...more,
});

describe('a job that is refused at once', () => {
  const cases: Record<string, { request: () => object; code: string; status: number }> = {
    'for an unknown field': {
      request: () => ({ ...folderJob('folder'), verfiy: 'full' }),
      code: 'schema-violation',
      status: 422,
    },
    'for a field of the wrong type': {
      request: () => folderJob('folder', {}, { copies: 'two' }),
      code: 'schema-violation',
      status: 422,
    },
    'for a source that leads out of its root by name': {
      request: () => dataJob({ root: 'source', path: '../outside' }),
      code: 'schema-violation',
      status: 422,
    },
    'for a root that there is not': {
      request: () => dataJob({ root: 'attic', path: 'folder' }),
      code: 'root-unknown',
      status: 422,
    },
    'for a drive that there is not': {
      request: () => folderJob('folder', {}, { drives: ['nowhere'] }),
      code: 'drive-unknown',
      status: 404,
    },
  };

  it.each(Object.keys(cases))('%s', async (title) => {
    const { request, code, status } = cases[title]!;
    const before = ((await api.get('/v1/jobs')).body as { items: unknown[] }).items.length;
    expect(await api.refused('POST', '/v1/jobs', request())).toMatchObject({
      ...PROBLEM_FIELDS,
      code,
      status,
    });
    expect(((await api.get('/v1/jobs')).body as { items: unknown[] }).items).toHaveLength(before);
    await expectNothingDone();
  });

  it('names each field that is wrong', async () => {
    const problem = await api.refused('POST', '/v1/jobs', {
      ...folderJob('folder', { verify: 'maybe' }),
      colour: 'red',
    });
    const pointers = problem.errors!.map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/burn/verify', '/colour']));
  });
});

describe('a job whose sources are found wanting', () => {
  const failed = async (request: object) => {
    const job = await api.ended(await api.submit(request));
    expect(job).toMatchObject({ state: 'failed', copies: { good: 0 } });
    expect(await api.copies(job.id)).toMatchObject([{ attempts: 0 }]);
    await expectNothingDone();
    return job.problem!;
  };

  it('fails for a source that is missing', async () => {
    const problem = await failed(dataJob({ root: 'source', path: 'nothing/here' }));
    expect(problem).toMatchObject({ code: 'source-missing' });
    expect(problem.detail).toContain('nothing/here');
  });

  it('fails for a source that is a link, and says so', async () => {
    symlinkSync(temporaryFolder(), join(daemon.source, 'way-out'));
    const problem = await failed(dataJob({ root: 'source', path: 'way-out' }));
    expect(problem).toMatchObject({ code: 'source-unsupported' });
    expect(problem.detail).toContain('way-out is a symbolic link');
  });

  it('fails for a pipe in the folder, which is named', async () => {
    mkdirSync(join(daemon.source, 'pipes'));
    execFileSync('mkfifo', [join(daemon.source, 'pipes', 'pipe')]);
    const problem = await failed(dataJob({ root: 'source', path: 'pipes' }));
    expect(problem).toMatchObject({ code: 'source-unsupported' });
    expect(problem.detail).toContain('pipes/pipe');
  });

  it('fails for a directory where an image file is expected', async () => {
    const source = { root: 'source', path: 'folder' };
    const problem = await failed({ type: 'image', source, drives: [drive] });
    expect(problem).toMatchObject({ code: 'image-invalid' });
  });

  it('fails for names that would have to be changed, when it is strict', async () => {
    mkdirSync(join(daemon.source, 'long'));
    writeFileSync(join(daemon.source, 'long', 'n'.repeat(90)), '');
    const problem = await failed(
      dataJob({ root: 'source', path: 'long' }, { volume: { strictNames: true } }),
    );
    expect(problem).toMatchObject({ code: 'names-mangled' });
    expect(problem.errors![0]!.pointer).toContain('n'.repeat(90));
  });
});

describe('a job whose disc does not suit', () => {
  const waitsFor = async (request: object, code: string): Promise<void> => {
    const job = await api.submit(request);
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code, drive }]);
    await api.post(`/v1/jobs/${job}/actions/cancel`);
    expect((await api.drive(drive)).medium?.status ?? 'none').not.toBe('complete');
  };

  it('waits for a larger one', async () => {
    const path = join(daemon.source, 'large.iso');
    writeFileSync(path, '');
    truncateSync(path, 900 * 1024 * 1024);
    const image = { type: 'image', source: { root: 'source', path: 'large.iso' }, spool: 'never' };
    await waitsFor({ ...image, drives: [drive] }, 'medium-too-small');
    expect(statSync(path).size).toBe(900 * 1024 * 1024);
  });

  it.each([
    ['a CD beyond its capacity', { blank: 'cd-r', capacity: 2000 }, { overburn: true }, 2400],
    // With spares it has room for nothing.
    ['a BD-RE without spares', { blank: 'bd-re', capacity: 32 * 64 }, { spares: 'none' }, 32 * 40],
  ])('waits for none where what it asks for makes room on this one: %s', async (_, spec, burn, blocks) => {
    const path = join(daemon.source, 'fitting.iso');
    writeFileSync(path, randomBytes(blocks * 2048));
    const on = await api.addDrive(spec);
    const request = { type: 'image', source: { root: 'source', path: 'fitting.iso' }, drives: [on] };
    const plain = await api.submit(request);
    await api.jobUntil(plain, ({ reasons }) => reasons.some(({ code }) => code === 'medium-too-small'));
    await api.post(`/v1/jobs/${plain}/actions/cancel`);
    expect(await api.ended(await api.submit({ ...request, burn }))).toMatchObject({
      state: 'completed',
      outcome: 'ok',
    });
  });

  it('waits for any', async () => {
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    await waitsFor(folderJob('folder', {}, { drives: [drive] }), 'insert-blank');
    await api.insert(drive, { blank: 'cd-r' });
  });
});

describe('a client that may not', () => {
  const byTcp = (headers: Record<string, string>, method = 'GET', path = '/v1/jobs') => {
    const { hostname: host, port } = new URL(daemon.url);
    return send({ host, port, method, path, headers });
  };

  it('has no token, a wrong one, or one that may not do this', async () => {
    for (const headers of [{}, { authorization: 'Bearer sp_nonsense' }])
      expect(await byTcp(headers as Record<string, string>)).toMatchObject({
        status: 401,
        body: { ...PROBLEM_FIELDS, code: 'unauthenticated' },
      });
    const authorization = `Bearer ${await daemon.token('status')}`;
    expect(await byTcp({ authorization })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('comes from a page of another site, or by another name of the host', async () => {
    const authorization = `Bearer ${await daemon.token('jobs:read')}`;
    expect(await byTcp({ authorization, host: 'evil.example' })).toMatchObject({
      status: 421,
      body: { code: 'host-not-allowed' },
    });
    expect(await byTcp({ authorization, origin: 'https://evil.example' })).toMatchObject({
      status: 403,
      body: { code: 'origin-not-allowed' },
    });
    const address = `${daemon.url.replace('http', 'ws')}/v1/events`;
    await expect(openEvents(address, { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(openEvents(address, { headers: { host: 'evil.example' } })).rejects.toThrow('421');
  });
});
