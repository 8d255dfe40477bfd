import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DraftClient } from '../support/draft-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SLOW = { timeout: 60_000 };

describe('a draft', SLOW, () => {
  const daemon = sharedDaemon();

  const unpack = async (draft: DraftClient): Promise<string> => {
    const folder = temporaryFolder();
    const file = join(folder, 'disc.iso');
    writeFileSync(file, (await daemon.api.get(`${draft.path}/content`)).bytes);
    const out = join(folder, 'out');
    mkdirSync(out);
    execFileSync('bsdtar', ['-xf', file, '-C', out]);
    return out;
  };

  it('is built of files that are sent, sealed, and read by another program', async () => {
    const draft = await DraftClient.begin(daemon, { label: 'letters' });
    expect(await draft.image()).toMatchObject({ state: 'building', type: 'draft', draft: { revision: 0 } });
    const sent = await draft.put('/letters/2026/an answer.txt', 'Dear all,\n');
    expect(sent.status, sent.bytes.toString()).toBe(200);
    expect((await draft.put('/empty', '')).status).toBe(200);
    await draft.make({ do: 'make-directory', at: '/pictures' });
    expect(await draft.names()).toEqual(['letters', 'empty', 'pictures']);
    const { state, problem } = await draft.seal();
    expect({ state, problem }).toEqual({ state: 'ready', problem: undefined });
    const out = await unpack(draft);
    expect(readFileSync(join(out, 'letters/2026/an answer.txt'), 'utf8')).toBe('Dear all,\n');
    expect(readdirSync(out).sort()).toEqual(['empty', 'letters', 'pictures']);
  });

  it('takes files and whole trees from beneath roots, moves, removes and replaces them', async () => {
    const folder = join(daemon.source, 'album');
    mkdirSync(join(folder, 'raw', 'deep'), { recursive: true });
    for (const name of ['one.jpg', 'two.jpg', 'notes.txt', 'raw/one.cr2', 'raw/deep/x.jpg', 'raw/deep/y.txt'])
      writeFileSync(join(folder, name), `source of ${name}`);
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'add', at: '/all', root: 'source', path: 'album', exclude: ['raw'] });
    await draft.make({ do: 'add', at: '/jpg', root: 'source', path: 'album', include: ['*.jpg'] });
    await draft.make(
      { do: 'move', from: '/all/one.jpg', to: '/best/first.jpg' },
      { do: 'move', from: '/jpg/raw', to: '/raw' },
      { do: 'remove', at: '/all/notes.txt' },
      { do: 'set', at: '/best/first.jpg', modifiedAt: '2001-02-03T04:05:06Z', mode: '0640' },
    );
    await draft.put('/all/two.jpg', 'sent');
    expect((await draft.names('/all')).sort()).toEqual(['two.jpg']);
    expect((await draft.names('/jpg')).sort()).toEqual(['one.jpg', 'two.jpg']);
    expect((await draft.list('/best/first.jpg')).entry).toMatchObject({
      modifiedAt: '2001-02-03T04:05:06.000Z',
      mode: '0640',
      source: { root: 'source', path: 'album/one.jpg' },
    });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    const out = await unpack(draft);
    expect(
      execFileSync('find', ['.', '-type', 'f', '-printf', '%P %TY-%Tm-%Td %m %s\n'], {
        cwd: out,
        env: { ...process.env, TZ: 'UTC' },
      }).toString(),
    ).toContain('best/first.jpg 2001-02-03 640 17');
    expect(readFileSync(join(out, 'all/two.jpg'), 'utf8')).toBe('sent');
    expect(readFileSync(join(out, 'raw/deep/x.jpg'), 'utf8')).toBe('source of raw/deep/x.jpg');
    expect(readdirSync(join(out, 'raw'))).toEqual(['deep']);
  });

  it('has one mode and one time for all names of a file, whichever they were said of last', async () => {
    const folder = join(daemon.source, 'linked');
    mkdirSync(folder);
    writeFileSync(join(folder, 'one'), 'x', { mode: 0o644 });
    linkSync(join(folder, 'one'), join(folder, 'two'));
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'add', at: '/', root: 'source', path: 'linked' });
    await draft.make({ do: 'set', at: '/one', mode: '0640', modifiedAt: '1999-01-01T00:00:00Z' });
    await draft.make({ do: 'set', at: '/two', modifiedAt: '2001-02-03T04:05:06Z' });
    for (const name of ['/one', '/two'])
      expect((await draft.list(name)).entry).toMatchObject({
        mode: '0640',
        modifiedAt: '2001-02-03T04:05:06.000Z',
      });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    const out = await unpack(draft);
    const told = ['one', 'two'].map((name) => statSync(join(out, name)));
    expect(told.map(({ mode, nlink, mtime }) => [mode & 0o777, nlink, mtime.toISOString()])).toEqual([
      [0o640, 2, '2001-02-03T04:05:06.000Z'],
      [0o640, 2, '2001-02-03T04:05:06.000Z'],
    ]);
  });
});
