import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageView } from '../../src/jobs/records.js';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import { DraftClient } from '../support/draft-client.js';
import { sharedDaemon, startDaemon, type TestDaemon } from '../support/daemon.js';

const SLOW = { timeout: 60_000 };

const stagedBodies = ({ state }: TestDaemon, { id }: DraftClient): string[] => {
  const folder = join(state, 'staging', id);
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('revisions of a draft', SLOW, () => {
  const daemon = sharedDaemon();

  it('can be undone back to any of them, with the files that they brought', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/one', 'first');
    await draft.make({ do: 'make-directory', at: '/two' }, { do: 'move', from: '/one', to: '/two/one' });
    await draft.put('/two/one', 'second');
    expect((await draft.list('/two/one')).entry).toMatchObject({ bytes: 6 });
    const { body } = await draft.act('undo', { to: 2 });
    expect(body).toMatchObject({ draft: { revision: 2, rev: 5 } });
    expect((await draft.list('/two/one')).entry).toMatchObject({ bytes: 5 });
    expect(stagedBodies(daemon, draft)).toHaveLength(1);
    await draft.act('undo', { to: 0 });
    expect(await draft.names()).toEqual([]);
    expect(stagedBodies(daemon, draft)).toEqual([]);
  });

  it('are listed with what they did', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/file', 'content');
    await draft.make({ do: 'set', at: '/file', hidden: true });
    const { body } = await daemon.api.get(`${draft.path}/revisions?limit=1`);
    const { items, next } = body as { items: object[]; next: string };
    expect(items).toMatchObject([{ number: 1, edits: [{ do: 'put', at: '/file', bytes: 7 }] }]);
    const rest = await daemon.api.get(`${draft.path}/revisions?limit=1&cursor=${next}`);
    expect(rest.body).toMatchObject({ items: [{ number: 2, edits: [{ do: 'set', hidden: true }] }] });
    expect(rest.body).not.toHaveProperty('next');
  });

  it('say all that this build says of a volume, where an earlier one has kept them', async () => {
    const udf = { revision: '2.50' };
    const draft = await DraftClient.begin(daemon, { volume: { udf } });
    await draft.put('/file', 'content');
    await draft.make({ do: 'volume', volume: { udf } });
    await daemon.kill();
    const db = new Sqlite(join(daemon.state, 'spindle.db'));
    const unknown = (at: string): string =>
      ['zoneMinutes', 'asciiNames', 'udf.metadataMirror'].map((option) => `'${at}.volume.${option}'`).join();
    db.prepare(`update image set request = json_remove(request, ${unknown('$')}) where id = ?`).run(draft.id);
    db.prepare(
      `update draft_revision set edits = json_remove(edits, ${unknown('$[0]')}) where image = ? and number = 2`,
    ).run(draft.id);
    db.close();
    await daemon.start();
    const volume = { zoneMinutes: 0, asciiNames: false, udf: { metadataMirror: true } };
    expect(await draft.image()).toMatchObject({ request: { volume } });
    const { body } = await daemon.api.get(`${draft.path}/revisions`);
    expect(body).toMatchObject({ items: [{}, { edits: [{ do: 'volume', volume }] }] });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });

  it('stay once the draft is locked in', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/kept', 'x');
    await draft.act('lock-in');
    await draft.put('/not-kept', 'y');
    expect((await draft.act('undo', { to: 0 })).body).toMatchObject({ status: 409, code: 'revision-locked' });
    expect((await draft.act('undo', { to: 9 })).body).toMatchObject({
      status: 404,
      code: 'revision-unknown',
    });
    await draft.act('undo', { to: 1 });
    expect(await draft.names()).toEqual(['kept']);
  });

  it('are refused where something else came between', async () => {
    const draft = await DraftClient.begin(daemon);
    const old = { 'if-match': await draft.etag() };
    expect((await draft.put('/mine', 'x', old)).status).toBe(200);
    expect((await draft.put('/mine', 'y', old)).body).toMatchObject({
      status: 412,
      code: 'precondition-failed',
    });
    expect((await draft.edit([{ do: 'remove', at: '/mine' }], old)).status).toBe(412);
    for (const action of ['undo', 'lock-in', 'seal']) {
      const asked = action === 'undo' ? { to: 0 } : undefined;
      const path = `${draft.path}/actions/${action}`;
      expect((await daemon.api.ask('POST', path, asked)).body).toMatchObject({ status: 428 });
      expect((await daemon.api.ask('POST', path, asked, old)).body).toMatchObject({ status: 412 });
    }
    expect((await draft.put('/mine', 'y', { 'if-none-match': '*' })).body).toMatchObject({
      status: 412,
      code: 'entry-exists',
    });
    expect(stagedBodies(daemon, draft)).toHaveLength(1);
  });

  it('tell a new stream from a new file, and take no weak tag for theirs', async () => {
    const draft = await DraftClient.begin(daemon, { volume: { udf: { revision: '2.01' } } });
    await draft.put('/file', 'x');
    const onlyNew = { 'if-none-match': '*' };
    const cyrillic = encodeURIComponent('Ж'.repeat(200));
    for (const name of ['notes', cyrillic]) {
      expect((await draft.put('/file', 'y', onlyNew, `&stream=${name}`)).status).toBe(200);
      expect((await draft.put('/file', 'z', onlyNew, `&stream=${name}`)).body).toMatchObject({
        status: 412,
        code: 'entry-exists',
      });
    }
    expect((await draft.put('/other', 'x', { 'if-match': `W/${await draft.etag()}` })).body).toMatchObject({
      status: 412,
      code: 'precondition-failed',
    });
  });

  it('come one after the other when files are sent at once', async () => {
    const draft = await DraftClient.begin(daemon);
    const names = Array.from({ length: 20 }, (_, index) => `file-${String(index).padStart(2, '0')}`);
    const answers = await Promise.all([
      ...names.map((name) => draft.put(`/${name}`, name)),
      ...names.map((name) => draft.put('/same', name.repeat(1000))),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(40);
    expect((await draft.names()).sort()).toEqual([...names, 'same']);
    expect((await draft.list('/same')).entry).toMatchObject({ bytes: 7000 });
    expect(await draft.image()).toMatchObject({ draft: { revision: 40, rev: 41 } });
  });

  it('are all or nothing, and leave the tree as it was where one is refused', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/here', 'x');
    const refused = await draft.edit([
      { do: 'make-directory', at: '/new' },
      { do: 'move', from: '/nowhere', to: '/new/there' },
    ]);
    expect(refused.body).toMatchObject({ status: 404, code: 'entry-unknown' });
    expect(await draft.names()).toEqual(['here']);
    expect(await draft.image()).toMatchObject({ draft: { revision: 1 } });
  });

  it('are made once for one Idempotency-Key', async () => {
    const draft = await DraftClient.begin(daemon);
    const key = { 'idempotency-key': 'once' };
    const edits = [{ do: 'make-directory', at: '/new' }];
    const first = await draft.edit(edits, key);
    const again = await draft.edit(edits, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', etag: first.headers.etag });
    expect(await draft.image()).toMatchObject({ draft: { revision: 1 } });
  });

  it('are told as events', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/file', 'x');
    await draft.seal();
    const events = (await daemon.api.events()).filter(({ topic }) => topic === `images/${draft.id}`);
    expect(events.map(({ kind, data }) => [kind, (data as ImageView).state])).toEqual([
      ['image.created', 'building'],
      ['image.changed', 'building'],
      ['image.advanced', 'mastering'],
      ['image.advanced', 'ready'],
    ]);
  });
});

describe('a sealed draft', SLOW, () => {
  const daemon = sharedDaemon();

  it('is changed no more, and goes with its bodies when it is deleted', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/file', 'x');
    expect(await draft.seal()).toMatchObject({ state: 'ready', draft: { revision: 1 } });
    expect((await draft.put('/more', 'y')).body).toMatchObject({ status: 409, code: 'draft-sealed' });
    expect((await draft.edit([{ do: 'remove', at: '/file' }])).body).toMatchObject({ code: 'draft-sealed' });
    expect((await draft.act('undo', { to: 0 })).body).toMatchObject({ code: 'draft-sealed' });
    expect(await draft.names()).toEqual(['file']);
    expect(stagedBodies(daemon, draft)).toHaveLength(1);
    await daemon.api.delete(draft.path);
    expect(await daemon.api.refused('GET', draft.at('/'))).toMatchObject({ code: 'image-unknown' });
    await expect.poll(() => existsSync(join(daemon.state, 'staging', draft.id))).toBe(false);
  });

  it('is a draft again where it cannot be made, and says why', async () => {
    const source = join(daemon.source, 'fleeting');
    writeFileSync(source, 'x');
    const draft = await DraftClient.begin(daemon);
    await draft.put('/sent', 'kept');
    await draft.make({ do: 'add', at: '/added', root: 'source', path: 'fleeting' });
    rmSync(source);
    expect(await draft.seal()).toMatchObject({ state: 'building', problem: { code: 'source-missing' } });
    await draft.act('undo', { to: 1 });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    expect(await draft.image()).not.toHaveProperty('problem');
  });

  it('is recorded by a job, and no draft is before it is sealed', async () => {
    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const draft = await DraftClient.begin(daemon);
    await draft.put('/file', 'recorded');
    const job = { type: 'image', image: draft.id, drives: [drive], burn: { verify: 'full' } };
    expect(await daemon.api.refused('POST', '/v1/jobs', job)).toMatchObject({ code: 'image-not-ready' });
    expect(await daemon.api.refused('POST', '/v1/plans?wait=10', job)).toMatchObject({
      code: 'image-not-ready',
    });
    await draft.seal();
    const ended = await daemon.api.ended(await daemon.api.submit(job));
    expect(ended).toMatchObject({ state: 'completed', outcome: 'ok' });
    const image = (await daemon.api.get(`${draft.path}/content`)).bytes;
    expect((await daemon.api.recorded(drive)).subarray(0, image.length).equals(image)).toBe(true);
  });
});

describe('a daemon that is killed', SLOW, () => {
  it('has every revision that it answered, and nothing of bodies that no revision names', async () => {
    const daemon = await startDaemon();
    const draft = await DraftClient.begin(daemon);
    await draft.put('/kept', 'x'.repeat(100_000));
    writeFileSync(join(daemon.state, 'staging', draft.id, '01ARZ3NDEKTSV4RRFFQ69G5FAV'), 'half');
    await daemon.kill();
    await daemon.start();
    expect((await draft.list('/kept')).entry).toMatchObject({ bytes: 100_000 });
    expect(stagedBodies(daemon, draft)).toHaveLength(1);
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });
});
