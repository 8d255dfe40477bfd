import { appendFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { mediumFolder } from '../../src/fleet/virtual-drives.js';
import { DATA_UNIT } from '../../src/image/image.js';
import { writeImageFile } from '../../src/image/image-file-writer.js';
import { createMedium, MediumStore } from '../../src/virtual/medium/medium-store.js';
import type { Store } from '../../src/jobs/store/store.js';
import { startTestApi, type TestApi } from '../support/test-api.js';
import { openTestStore } from '../support/test-store.js';

const NAME_CHANGE = { path: '/song', fileSystem: 'iso9660', recordedAs: 'SONG' } as const;
const REQUEST = { type: 'data', sources: [{ at: '/', root: 'music', path: '' }] };
const METADATA = new Uint8Array(2048).fill(7);
const SONG = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));
/** One block of metadata, three blocks for the song, the rest of the third zeros. */
const IMAGE = Buffer.concat([METADATA, SONG, Buffer.alloc(3 * 2048 - SONG.length)]);

const setUp = async (changes: Parameters<typeof startTestApi>[0] = {}) => {
  const api = await startTestApi(changes);
  const scopes = ['jobs:read', 'jobs:write', 'content:read', 'status', 'drives:control'] as const;
  const headers = { authorization: `Bearer ${await api.token(...scopes)}` };
  return {
    ...api,
    headers,
    get: (path: string) => request(api.url).get(path).set(headers).buffer(true).parse(binary),
  };
};

const binary = (answer: request.Response, done: (error: Error | null, body: unknown) => void): void => {
  const pieces: Buffer[] = [];
  const stream = answer as unknown as NodeJS.ReadableStream;
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('end', () => {
    done(null, Buffer.concat(pieces));
  });
  stream.on('error', (error: Error) => {
    done(error, undefined);
  });
};

/** An image of one song, in the way in which mastering makes it. */
const makeImage = async ({
  url,
  headers,
  store,
  service,
  music,
}: TestApi & { headers: Record<string, string> }) => {
  const path = join(music, 'song');
  writeFileSync(path, SONG);
  const answer = await request(url).post('/v1/images').set(headers).send(REQUEST).expect(202);
  const { id } = answer.body as { id: string };
  const { dev, ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  const summary = {
    parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: 'next-writable' as const, length: 4 }],
    bytes: IMAGE.length,
    volumeIdentifier: 'MUSIC',
    files: 1,
    directories: 1,
    smallFiles: 1,
    requestDigest: 'a'.repeat(64),
  };
  const source = {
    root: 'music',
    path: 'song',
    device: dev,
    inode: ino,
    size: SONG.length,
    mtimeNs,
    ctimeNs,
  };
  const file = service.mastering.pathOf(id);
  mkdirSync(dirname(file), { recursive: true });
  writeImageFile(file, {
    summary,
    extents: [
      {
        count: 2,
        items: [
          { kind: 'metadata', address: 0, length: 2048, offset: 0 },
          { kind: 'source', address: 2048, length: SONG.length, source: 0, offset: 0 },
        ],
      },
    ],
    sources: { count: 1, items: [{ source, place: '/song' }] },
    nameChanges: { count: 1, items: [NAME_CHANGE] },
    metadata: { bytes: 2048, runs: [{ offset: 0, bytes: 2048, items: () => [METADATA] }] },
  });
  await store.imageReady(id, { summary, warnings: [], bytes: IMAGE.length });
  return id;
};

describe('an image', () => {
  it('is made, listed, laid open and deleted', async () => {
    const api = await setUp();
    const id = await makeImage(api);
    const json = async (path: string) => (await request(api.url).get(path).set(api.headers)).body as object;
    expect(await json(`/v1/images/${id}`)).toMatchObject({ state: 'ready', bytes: IMAGE.length });
    expect(await json('/v1/images')).toMatchObject({ items: [{ id }] });
    const first = (await json(`/v1/images/${id}/layout?limit=1`)) as { items: object[]; next: string };
    expect(first).toEqual({ items: [{ path: '', address: 0, length: 2048 }], next: '1' });
    expect(await json(`/v1/images/${id}/layout?limit=1&cursor=${first.next}`)).toEqual({
      items: [{ path: '/song', address: 2048, length: 5000 }],
    });
    for (const [block, path] of [
      [0, ''],
      [1, '/song'],
      [3, '/song'],
    ] as const)
      expect(await json(`/v1/images/${id}/layout?block=${block}`)).toMatchObject({ items: [{ path }] });
    expect(await json(`/v1/images/${id}/layout?block=4`)).toEqual({ items: [] });
    const song = { path: '/song', address: 2048, length: 5000 };
    expect(await json(`/v1/images/${id}/layout?path=/song`)).toEqual({ items: [song] });
    expect(await json(`/v1/images/${id}/layout?path=/son`)).toEqual({ items: [] });
    // A name may begin with a newline.
    expect(await json(`/v1/images/${id}/layout?path=/%0Asong`)).toEqual({ items: [] });
    for (const wrong of ['path=/song&block=1', 'path=', 'path=song'])
      expect(await json(`/v1/images/${id}/layout?${wrong}`)).toMatchObject({ code: 'invalid-request' });
    expect(await json(`/v1/images/${id}/name-changes`)).toEqual({ items: [NAME_CHANGE] });
    await request(api.url).delete(`/v1/images/${id}`).set(api.headers).expect(204);
    await request(api.url).get(`/v1/images/${id}`).set(api.headers).expect(404);
  });

  it('is downloaded whole', async () => {
    const api = await setUp();
    const id = await makeImage(api);
    const answer = await api.get(`/v1/images/${id}/content`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(IMAGE.length),
      etag: `"${id}"`,
    });
    expect(IMAGE.equals(answer.body as Buffer)).toBe(true);
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=2000-2100', 2000, 2100],
    ['bytes=7000-', 7000, 8191],
    ['bytes=-1200', 6992, 8191],
  ])('is downloaded in part: %s', async (range, first, last) => {
    const api = await setUp();
    const id = await makeImage(api);
    const answer = await api.get(`/v1/images/${id}/content`).set({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${first}-${last}/8192`);
    expect(IMAGE.subarray(first, last + 1).equals(answer.body as Buffer)).toBe(true);
  });

  it('has nothing outside of it, and nothing new for who has it', async () => {
    const api = await setUp();
    const id = await makeImage(api);
    const content = () => request(api.url).get(`/v1/images/${id}/content`).set(api.headers);
    expect((await content().set({ range: 'bytes=8192-' })).body).toMatchObject({
      status: 416,
      code: 'range-not-satisfiable',
    });
    await content()
      .set({ 'if-none-match': `"${id}"` })
      .expect(304);
    await content().set({ range: 'bytes=0-9', 'if-range': '"another"' }).expect(200);
    const head = await request(api.url).head(`/v1/images/${id}/content`).set(api.headers);
    expect(head.headers).toMatchObject({ 'content-length': '8192' });
  });

  it('answers conditions and ranges as RFC 9110 has them', async () => {
    const api = await setUp();
    const id = await makeImage(api);
    const path = `/v1/images/${id}/content`;
    const content = (headers: Record<string, string>, method: 'get' | 'head' = 'get') => {
      const asked = method === 'get' ? request(api.url).get(path) : request(api.url).head(path);
      return asked.set({ ...api.headers, ...headers });
    };
    const tag = `"${id}"`;
    // §15.5.17: the length of what there is; §15.4.5: the tag that is still good.
    expect((await content({ range: 'bytes=9000-' })).headers['content-range']).toBe('bytes */8192');
    expect((await content({ 'if-none-match': tag })).headers['etag']).toBe(tag);
    // §14.2: Range is for GET alone; several ranges may be answered by the whole.
    const head = await content({ range: 'bytes=0-9' }, 'head');
    expect([head.status, head.headers['content-length'], head.headers['content-range']]).toEqual([
      200,
      '8192',
      undefined,
    ]);
    expect((await content({ range: 'bytes=0-1,5-6' })).headers['content-length']).toBe('8192');
    // §13.1.5: only the strong tag of what there is lets a range be sent; nothing else, a date neither.
    for (const [condition, status] of [
      [tag, 206],
      [`W/${tag}`, 200],
      ['Sat, 29 Oct 1994 19:43:31 GMT', 200],
    ] as const)
      expect((await content({ range: 'bytes=0-9', 'if-range': condition })).status).toBe(status);
    // §13.1.1
    expect((await content({ 'if-match': '"another"' })).body).toMatchObject({ code: 'precondition-failed' });
    expect((await content({ 'if-match': `"another", ${tag}` })).status).toBe(200);
  });

  it.each(['content', 'layout', 'manifest'])(
    'that is deleted while its %s is asked for is unknown',
    async (what) => {
      const store = await openTestStore();
      let onFound = (): Promise<void> => Promise.resolve();
      const getImage = async (id: string) => {
        const found = await store.getImage(id);
        await onFound();
        return found;
      };
      const api = await setUp({ store: Object.assign(Object.create(store) as Store, { getImage }) });
      const id = await makeImage(api);
      onFound = async () => {
        onFound = () => Promise.resolve();
        await store.deleteImage(id);
        rmSync(api.service.mastering.pathOf(id));
      };
      const answer = await request(api.url).get(`/v1/images/${id}/${what}`).set(api.headers);
      expect(answer.body).toMatchObject({ status: 404, code: 'image-unknown' });
    },
  );

  it('whose source has changed is not sent', async () => {
    const api = await setUp();
    const id = await makeImage(api);
    appendFileSync(join(api.music, 'song'), 'more');
    const answer = await request(api.url)
      .get(`/v1/images/${id}/content`)
      .set({ ...api.headers, range: 'bytes=2048-4000' });
    expect(answer.body).toMatchObject({ status: 409, code: 'source-changed' });
  });

  it('that is not ready has no content', async () => {
    const { url, headers } = await setUp();
    const made = await request(url).post('/v1/images').set(headers).send(REQUEST).expect(202);
    const answer = await request(url)
      .get(`/v1/images/${(made.body as { id: string }).id}/content`)
      .set(headers);
    expect(answer.body).toMatchObject({ status: 409, code: 'image-not-ready' });
  });

  it('is made once for one Idempotency-Key', async () => {
    const { url, headers, store } = await setUp();
    const make = (body: object = REQUEST) =>
      request(url)
        .post('/v1/images')
        .set({ ...headers, 'idempotency-key': 'k' })
        .send(body);
    const first = await make();
    const second = await make();
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers['location'],
    });
    expect((await make({ ...REQUEST, label: 'x' })).body).toMatchObject({ code: 'idempotency-key-reused' });
    expect((await store.listImages({ limit: 9 })).items).toHaveLength(1);
  });

  it('is opened by a browser with a ticket', async () => {
    const api = await setUp();
    const id = await makeImage(api);
    const { ticket } = (await request(api.url).post('/v1/tickets').set(api.headers)).body as {
      ticket: string;
    };
    await request(api.url).get(`/v1/images/${id}/content?ticket=${ticket}`).expect(200);
    await request(api.url).get(`/v1/images/${id}/content?ticket=${ticket}`).expect(401);
  });
});

describe('what a virtual drive recorded', () => {
  /** A DVD+R of which blocks 0 to 9 are recorded, each full of its number. */
  const record = async (folder: string): Promise<Buffer> => {
    mkdirSync(dirname(folder), { recursive: true });
    const tables = createMedium(folder, 'dvd+r');
    const blocks = Buffer.concat(Array.from({ length: 10 }, (_, block) => Buffer.alloc(2048, block + 1)));
    const track = {
      number: 1,
      session: 1,
      firstUnit: 0,
      start: 0,
      end: 16,
      nextWritable: 10,
      unit: DATA_UNIT,
      control: 4,
      state: 'open' as const,
      damaged: false,
      reserved: false,
    };
    const medium = new MediumStore(folder);
    medium.update({ ...tables, sessions: [{ number: 1, leadOut: null }], tracks: [track] });
    medium.file(track).write(0, 10, blocks);
    await medium.close();
    return blocks;
  };

  const withMedium = async () => {
    const api = await setUp();
    const folder = mediumFolder(api.service.stateDirectory, 'demo');
    const blocks = await record(folder);
    await api.store.createVirtualDrive({ id: 'gamma', home: 'worker', settings: {}, medium: 'demo' });
    return { ...api, blocks };
  };

  it('is downloaded from its medium', async () => {
    const { get, blocks } = await withMedium();
    const answer = await get('/v1/virtual-drives/gamma/medium/image');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="demo.iso"');
    expect(blocks.equals(answer.body as Buffer)).toBe(true);
  });

  it('is downloaded in part', async () => {
    const { get, blocks } = await withMedium();
    const answer = await get('/v1/virtual-drives/gamma/medium/image').set({ range: 'bytes=2000-6200' });
    expect(answer.status).toBe(206);
    expect(blocks.subarray(2000, 6201).equals(answer.body as Buffer)).toBe(true);
  });
});
