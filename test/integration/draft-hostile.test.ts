import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { send } from '../support/api-client.js';
import { DraftClient } from '../support/draft-client.js';
import { sharedDaemon } from '../support/daemon.js';

const SLOW = { timeout: 60_000 };

describe('a draft in the hands of somebody who means no good', SLOW, () => {
  const daemon = sharedDaemon();

  const staged = ({ id }: DraftClient): string[] => {
    const folder = join(daemon.state, 'staging', id);
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  it.each([
    ['climbs out', '/../outside'],
    ['climbs in the middle', '/a/../../outside'],
    ['stays where it is', '/a/./b'],
    ['is relative', 'a'],
    ['has an empty name', '/a//b'],
    ['is the root', '/'],
    ['has a NUL', '/a\0b'],
    ['has a name that no file system holds', `/${'é'.repeat(128)}`],
    ['is deeper than anybody wants', '/a'.repeat(129)],
    ['is longer than any path', `/${'a'.repeat(200)}`.repeat(21)],
  ])('takes no file at a path that %s', async (_what, path) => {
    const draft = await DraftClient.begin(daemon);
    const answer = await draft.put(path, 'x');
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(staged(draft)).toEqual([]);
    const edited = await draft.edit([{ do: 'move', from: '/a', to: path }]);
    expect(edited.body).toMatchObject({ status: 422, code: 'schema-violation' });
    expect(await draft.image()).toMatchObject({ draft: { revision: 0 } });
  });

  it('takes no text that is none', async () => {
    const draft = await DraftClient.begin(daemon);
    const edited = await draft.edit([{ do: 'make-directory', at: '/\udc80' }]);
    expect(edited.body).toMatchObject({ code: 'schema-violation' });
  });

  it('reads nothing but what lies beneath a root, and no bodies of others', async () => {
    const victim = await DraftClient.begin(daemon);
    await victim.put('/secret', 'secret');
    const [body = ''] = staged(victim);
    symlinkSync('/etc/passwd', join(daemon.source, 'link'));
    const draft = await DraftClient.begin(daemon);
    const stolen = { root: '.staged', path: `${victim.id}/${body}` };
    for (const [edit, code] of [
      [{ root: 'source', path: '../state/spindle.db' }, 'source-outside-root'],
      [{ root: 'source', path: 'link' }, 'source-unsupported'],
      [{ root: 'nowhere', path: '' }, 'root-unknown'],
      [stolen, 'root-unknown'],
    ] as const) {
      const edited = await draft.edit([{ do: 'add', at: '/x', ...edit }]);
      expect(edited.body, JSON.stringify(edit)).toMatchObject({ code });
    }
    const put = { do: 'put', at: '/x', body: `${victim.id}/${body}`, bytes: 6, sha256: 'a'.repeat(64) };
    expect((await draft.edit([put])).body).toMatchObject({ code: 'schema-violation' });
    const boot = { entries: [{ image: stolen }] };
    const udf = { revision: '2.01', streams: [{ of: '/', name: 'x', ...stolen }] };
    for (const volume of [{ boot }, { udf }]) {
      expect((await draft.edit([{ do: 'volume', volume }])).body).toMatchObject({ code: 'root-unknown' });
      const data = { type: 'data', sources: [{ at: '/', root: 'source', path: '' }], volume };
      expect(await daemon.api.refused('POST', '/v1/images', data)).toMatchObject({ code: 'root-unknown' });
    }
    expect(await draft.names()).toEqual([]);
  });

  it('keeps nothing of a body whose sender goes away', async () => {
    const draft = await DraftClient.begin(daemon);
    const upload = request({
      socketPath: daemon.socket,
      method: 'PUT',
      path: draft.at('/half'),
      headers: { 'content-length': '1000000' },
    });
    upload.on('error', () => undefined);
    upload.write('x'.repeat(200_000));
    await expect.poll(() => staged(draft).length).toBe(1);
    upload.destroy();
    await expect.poll(() => staged(draft).length).toBe(0);
    expect(await draft.names()).toEqual([]);
    expect(await draft.image()).toMatchObject({ draft: { revision: 0 } });
  });

  it('takes no body that is more than any disc holds, and says so before it comes', async () => {
    const draft = await DraftClient.begin(daemon);
    const refused = await new Promise<number | undefined>((resolve, reject) => {
      const upload = request({
        socketPath: daemon.socket,
        method: 'PUT',
        path: draft.at('/huge'),
        headers: { 'content-length': String(1e15) },
      });
      upload.once('response', (response) => {
        resolve(response.statusCode);
        upload.destroy();
      });
      upload.once('error', reject);
      upload.write('x');
    });
    expect(refused).toBe(413);
    expect(staged(draft)).toEqual([]);
  });

  it('takes a body for what it is, whatever it is said to be, and only whole', async () => {
    const draft = await DraftClient.begin(daemon);
    const text = '{"not": json';
    expect((await draft.put('/a.json', text, { 'content-type': 'application/json' })).status).toBe(200);
    expect((await draft.put('/chunks', text, { 'transfer-encoding': 'chunked' })).status).toBe(200);
    const digest = (of: string) => createHash('sha256').update(of).digest('base64');
    const right = { 'repr-digest': `sha-256=:${digest(text)}:` };
    expect((await draft.put('/right', text, right)).status).toBe(200);
    const wrong = { 'repr-digest': `sha-256=:${digest('else')}:` };
    expect((await draft.put('/wrong', text, wrong)).body).toMatchObject({ code: 'upload-digest-mismatch' });
    expect((await draft.put('/wrong', text, { 'repr-digest': 'md5=:x:' })).body).toMatchObject({
      code: 'invalid-request',
    });
    expect((await draft.names()).sort()).toEqual(['a.json', 'chunks', 'right']);
    expect(staged(draft)).toHaveLength(3);
  });

  it('moves nothing into itself, over something, or so deep that nobody can follow', async () => {
    const draft = await DraftClient.begin(daemon);
    const deep = '/d'.repeat(100);
    await draft.make({ do: 'make-directory', at: deep }, { do: 'make-directory', at: '/e'.repeat(100) });
    await draft.put('/file', 'x');
    for (const [from, to, code] of [
      ['/d', '/d/d/x', 'invalid-request'],
      ['/d', '/d', 'invalid-request'],
      ['/d', `${'/e'.repeat(100)}/d`, 'invalid-request'],
      ['/d', '/e', 'name-collision'],
      ['/d', '/file/x', 'name-collision'],
      ['/file/x', '/y', 'entry-unknown'],
    ] as const)
      expect((await draft.edit([{ do: 'move', from, to }])).body, `${from} to ${to}`).toMatchObject({ code });
    expect((await draft.put('/file/x', 'x')).body).toMatchObject({ code: 'name-collision' });
    expect((await draft.put('/d', 'x')).body).toMatchObject({ code: 'name-collision' });
    expect((await draft.names()).sort()).toEqual(['d', 'e', 'file']);
  });

  it('may be told as much at once as a request may be long, and said of as much', async () => {
    const long = (index: number): string => `${'/'.concat('a'.repeat(203)).repeat(20)}/${index}`;
    const draft = await DraftClient.begin(daemon);
    const edits = Array.from({ length: 1000 }, (_, index) => ({ do: 'make-directory', at: long(index) }));
    expect(JSON.stringify({ edits }).length).toBeGreaterThan(4_100_000);
    await draft.make(...edits);
    const hidden = edits.map(({ at }) => at);
    await draft.make({ do: 'volume', volume: { hidden } });
    expect((await draft.list(long(7))).entry).toMatchObject({ kind: 'directory' });
    const other = await DraftClient.begin(daemon, { volume: { hidden } });
    expect(await other.names()).toEqual([]);
  });

  it('has nothing of several edits of which the last one is refused, however much they are', async () => {
    const draft = await DraftClient.begin(daemon);
    const edits = Array.from({ length: 600 }, (_, index) => ({ do: 'make-directory', at: `/d${index}` }));
    const refused = await draft.edit([...edits, { do: 'move', from: '/none', to: '/else' }]);
    expect(refused.body).toMatchObject({ code: 'entry-unknown' });
    expect(await draft.names()).toEqual([]);
  });

  it('is not held up by patterns that take long elsewhere', async () => {
    writeFileSync(join(daemon.source, 'a'.repeat(200)), 'x');
    const draft = await DraftClient.begin(daemon);
    const include = Array.from({ length: 100 }, () => `${'*a'.repeat(400)}b`);
    await draft.make({ do: 'add', at: '/', root: 'source', path: '', include });
    expect(await draft.names()).toEqual([]);
  });

  it('is nothing for who may not write jobs', async () => {
    const draft = await DraftClient.begin(daemon);
    const authorization = `Bearer ${await daemon.token('jobs:read', 'content:read')}`;
    const { hostname, port } = new URL(daemon.url);
    const ask = (method: string, path: string) =>
      send({ hostname, port, method, path, headers: { authorization } });
    for (const [method, path] of [
      ['PUT', draft.at('/x')],
      ['DELETE', draft.at('/x')],
      ['POST', `${draft.path}/revisions`],
      ['POST', `${draft.path}/actions/seal`],
      ['POST', `${draft.path}/actions/undo`],
      ['POST', `${draft.path}/actions/lock-in`],
    ] as const)
      expect((await ask(method, path)).body, `${method} ${path}`).toMatchObject({ status: 403 });
    expect((await ask('GET', draft.at('/'))).status).toBe(200);
  });
});
