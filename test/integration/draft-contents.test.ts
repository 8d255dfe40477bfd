import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type Answer, send } from '../support/api-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { folderJob } from '../support/sources.js';
import { attach } from '../support/user-attributes.js';
import { writeFiles } from '../support/write-files.js';

const DISCS = { timeout: 150_000 };

/** What is there only once in so many bytes, so that a piece of it tells where it was. */
const bytesOf = (name: string, length: number): Buffer => {
  const pieces = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${name} ${index}`).digest(),
  );
  return Buffer.concat(pieces).subarray(0, length);
};

const daemon = sharedDaemon();
const { api } = daemon;

const at = (draft: DraftClient, path: string, stream?: string): string =>
  `${draft.path}/tree/content?path=${encodeURIComponent(path)}${stream === undefined ? '' : `&stream=${encodeURIComponent(stream)}`}`;
const read = async (draft: DraftClient, path: string, stream?: string): Promise<Buffer> =>
  (await api.get(at(draft, path, stream))).bytes;
const ask = (draft: DraftClient, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  api.ask(method, at(draft, path), undefined, headers);
const codeOf = ({ status, body }: Answer): string =>
  status < 400 ? String(status) : (body as { readonly code: string }).code;

/** Each asks for many contents, every one of which is read in a thread of its own. */
describe('the contents of a draft', { timeout: 240_000 }, () => {
  const UDF = { volume: { udf: { revision: '2.01' } } };
  const large = bytesOf('large', 700_001);

  it('are what was sent, what lies beneath a root and what was copied of it, wherever they were moved', async () => {
    writeFiles(join(daemon.source, 'some'), { 'sub/file.txt': 'of a source' });
    const draft = await DraftClient.begin(daemon, UDF);
    await draft.put('/sent', large);
    await draft.put('/empty', '');
    await draft.put('/sent', 'a stream', {}, '&stream=note');
    await draft.make(
      { do: 'add', at: '/read', root: 'source', path: 'some' },
      { do: 'add', at: '/kept', root: 'source', path: 'some', copy: true },
      { do: 'move', from: '/read/sub', to: '/moved' },
    );
    expect(large.equals(await read(draft, '/sent'))).toBe(true);
    expect(await read(draft, '/empty')).toHaveLength(0);
    expect((await read(draft, '/sent', 'note')).toString()).toBe('a stream');
    for (const path of ['/moved/file.txt', '/kept/sub/file.txt'])
      expect((await read(draft, path)).toString(), path).toBe('of a source');
    await draft.put('/sent', 'replaced');
    expect((await read(draft, '/sent')).toString()).toBe('replaced');
    await draft.act('undo', { to: 4 });
    expect(large.equals(await read(draft, '/sent'))).toBe(true);
    await daemon.restart();
    expect(large.equals(await read(draft, '/sent'))).toBe(true);
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    expect((await read(draft, '/moved/file.txt')).toString()).toBe('of a source');
  });

  it('are what a user attached to a source, too', async () => {
    const folder = join(daemon.source, 'attached');
    writeFiles(folder, { file: 'x' });
    attach(join(folder, 'file'), { author: 'somebody' });
    const draft = await DraftClient.begin(daemon, {
      volume: { udf: { revision: '2.01', extendedAttributes: true } },
    });
    await draft.make({ do: 'add', at: '/', root: 'source', path: 'attached' });
    const [stream = ''] = (await draft.list('/file')).entry.streams;
    expect((await read(draft, '/file', stream)).toString()).toBe('somebody');
  });

  it('come in part, and not again where they are known', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/a "naïve"\\ name.bin', large);
    const path = '/a "naïve"\\ name.bin';
    const head = await ask(draft, path, {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
    expect(head.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '700001',
      'content-type': 'application/octet-stream',
      'content-disposition':
        'attachment; filename="a _na_ve__ name.bin"; filename*=UTF-8\'\'a%20%22na%C3%AFve%22%5C%20name.bin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const { etag = '' } = head.headers;
    for (const [range, first, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=299999-600000', 299_999, 600_001],
      ['bytes=-5', 699_996, 700_001],
      ['bytes=700000-', 700_000, 700_001],
    ] as const) {
      const part = await ask(draft, path, { range, 'if-range': etag });
      expect(part.status, range).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${first}-${end - 1}/700001`);
      expect(part.bytes.equals(large.subarray(first, end)), range).toBe(true);
    }
    expect((await ask(draft, path, { range: 'bytes=0-0', 'if-range': '"else"' })).bytes).toHaveLength(
      700_001,
    );
    expect((await ask(draft, path, { range: 'bytes=700001-' })).body).toMatchObject({ status: 416 });
    expect((await ask(draft, path, { 'if-none-match': etag })).status).toBe(304);
    expect(codeOf(await ask(draft, path, { 'if-match': '"else"' }))).toBe('precondition-failed');
    await draft.put(path, large);
    const again = await ask(draft, path, { 'if-none-match': etag });
    expect(again.status).toBe(200);
    expect(again.headers.etag).not.toBe(etag);
  });

  it('are those of a source as it is now, never of anything else that has taken its place', async () => {
    const folder = join(daemon.source, 'passing');
    const file = join(folder, 'file');
    writeFiles(folder, { file: 'first', 'sub/file': 'beneath' });
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'add', at: '/', root: 'source', path: 'passing' });
    const { etag = '' } = (await ask(draft, '/file')).headers;
    writeFileSync(file, 'a second one');
    const second = await ask(draft, '/file', { range: 'bytes=0-4', 'if-range': etag });
    expect([second.status, second.bytes.toString()]).toEqual([200, 'a second one']);
    const become = async (make: () => void): Promise<string> => {
      rmSync(file, { recursive: true, force: true });
      make();
      const got = await ask(draft, '/file');
      expect((await ask(draft, '/file', {}, 'HEAD')).status).toBe(got.status);
      return codeOf(got);
    };
    expect(await become(() => undefined)).toBe('source-missing');
    expect(
      await become(() => {
        symlinkSync('/etc/passwd', file);
      }),
    ).toBe('source-unsupported');
    expect(
      await become(() => {
        mkdirSync(file);
      }),
    ).toBe('source-changed');
    expect(
      await become(() => {
        execFileSync('mkfifo', [file]);
      }),
    ).toBe('source-changed');
    // A link on the way to it leads out of the root.
    renameSync(join(folder, 'sub'), join(daemon.folder, 'outside'));
    symlinkSync(join(daemon.folder, 'outside'), join(folder, 'sub'));
    expect(codeOf(await ask(draft, '/sub/file'))).toBe('source-unsupported');
  });

  it('are cut short where the source is written to while it is read', async () => {
    const file = join(daemon.source, 'altered');
    writeFileSync(file, bytesOf('altered', 8 << 20));
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'add', at: '/file', root: 'source', path: 'altered' });
    const options = { socketPath: daemon.socket, path: at(draft, '/file') };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(options, resolve).once('error', reject).end();
    });
    expect(response.statusCode).toBe(200);
    // What it has announced is more than the socket holds: the daemon has not read all of it by now.
    appendFileSync(file, 'more');
    await expect(buffer(response)).rejects.toThrow('aborted');
  });

  it('are told not to be there of what has none', async () => {
    const folder = join(daemon.source, 'kinds');
    writeFiles(folder, { 'boot.img': 'x'.repeat(2048) });
    symlinkSync('boot.img', join(folder, 'link'));
    const draft = await DraftClient.begin(daemon, {
      volume: {
        manifest: '/SHA256SUMS',
        boot: { entries: [{ image: { at: '/boot.img' } }], catalog: '/boot.cat' },
      },
    });
    await draft.make({ do: 'add', at: '/', root: 'source', path: 'kinds' });
    const detailOf = async (path: string, stream?: string) => {
      const { code, detail, status } = await api.refused('GET', at(draft, path, stream));
      return [status, code, detail];
    };
    const without = 'entry-without-contents';
    const made = 'is made with the image: it is there when the draft is sealed.';
    expect(await detailOf('/')).toEqual([409, without, '/ is a directory.']);
    expect(await detailOf('/link')).toEqual([409, without, '/link is a link to boot.img.']);
    expect(await detailOf('/boot.cat')).toEqual([409, without, `/boot.cat ${made}`]);
    expect(await detailOf('/SHA256SUMS')).toEqual([409, without, `/SHA256SUMS ${made}`]);
    expect(await detailOf('/none')).toEqual([404, 'entry-unknown', 'There is no /none in the draft.']);
    expect(await detailOf('/boot.img', 'none')).toEqual([
      404,
      'entry-unknown',
      '/boot.img has no stream none.',
    ]);
    expect((await detailOf('/../state'))[1]).toBe('invalid-request');
    const nobody = new DraftClient(daemon, '01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect((await api.refused('GET', at(nobody, '/'))).code).toBe('image-unknown');
  });

  it('are for those who may read bytes', async () => {
    const draft = await DraftClient.begin(daemon);
    await draft.put('/secret', 'secret');
    const { hostname, port } = new URL(daemon.url);
    const as = async (...scopes: string[]): Promise<Answer> => {
      const token = scopes.length > 0 && (await daemon.token(...scopes));
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      return send({ hostname, port, path: at(draft, '/secret'), headers });
    };
    expect((await as()).body).toMatchObject({ status: 401 });
    expect((await as('jobs:read', 'jobs:write', 'status')).body).toMatchObject({ status: 403 });
    expect((await as('content:read')).bytes.toString()).toBe('secret');
  });
});

describe('what a draft has of a disc', DISCS, () => {
  it('is read of the disc, in whichever drive it lies as it was', async () => {
    const long = bytesOf('long', 600_001);
    const beside = bytesOf('beside', 5000);
    writeFiles(join(daemon.source, 'disc'), { 'deep/long': '', small: 'within its entry', empty: '' });
    mkdirSync(join(daemon.source, 'streams'));
    writeFileSync(join(daemon.source, 'disc/deep/long'), long);
    writeFileSync(join(daemon.source, 'streams/beside'), beside);
    const udf = { revision: '2.01' };
    const streams = [{ of: '/small', name: 'note', root: 'source', path: 'streams/beside' }];
    const volume = { iso9660: false, udf: { ...udf, streams } };
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit(folderJob('disc', { close: 'session' }, { drives: [drive], volume }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };

    const draft = await DraftClient.begin(daemon, { volume: { iso9660: false, udf } });
    await draft.make({ do: 'import', drive }, { do: 'move', from: '/deep/long', to: '/moved' });
    expect(long.equals(await read(draft, '/moved'))).toBe(true);
    expect(beside.equals(await read(draft, '/small', 'note'))).toBe(true);
    expect((await read(draft, '/small')).toString()).toBe('within its entry');
    expect(await read(draft, '/empty')).toHaveLength(0);
    for (const [first, last] of [
      [0, 0],
      [2047, 2048],
      [262_143, 524_289],
      [600_000, 600_000],
    ] as const) {
      const { status, bytes } = await ask(draft, '/moved', { range: `bytes=${first}-${last}` });
      expect([status, bytes.equals(long.subarray(first, last + 1))]).toEqual([206, true]);
    }
    const { etag = '' } = (await ask(draft, '/moved', {}, 'HEAD')).headers;
    const refusedFor = async (place: string): Promise<string> => {
      const { code, detail } = await api.refused('GET', at(draft, '/moved'));
      expect(detail).toContain(
        `lies on the disc that the draft continues; insert it into the drive ${place}`,
      );
      return code;
    };
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    expect(await refusedFor(drive)).toBe('disc-needed');
    await api.insert(drive, { blank: 'dvd+r' });
    expect(await refusedFor(drive)).toBe('disc-needed');
    expect((await read(draft, '/small')).toString()).toBe('within its entry');
    const head = await ask(draft, '/moved', {}, 'HEAD');
    expect(head.headers).toMatchObject({ 'content-length': '600001', etag });
    const other = await api.addDrive();
    await api.insert(other, { medium });
    await api.driveUntil(other, (seen) => seen.medium?.recording !== undefined);
    expect(long.equals(await read(draft, '/moved'))).toBe(true);
  });
});
