import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DraftClient } from '../support/draft-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { entriesOf } from '../support/trees.js';
import { readUdf } from '../support/udf-reader.js';
import { attach } from '../support/user-attributes.js';

const SLOW = { timeout: 120_000 };
const MIB = 1 << 20;

describe('what a draft keeps of its sources', SLOW, () => {
  const daemon = sharedDaemon();

  const staging = (id: string): string => join(daemon.state, 'staging', id);
  /** Bytes that are kept for a draft, whatever their names; a file of several names counts once. */
  const kept = (id: string): number => {
    if (!existsSync(staging(id))) return 0;
    const found = execFileSync('find', [staging(id), '-type', 'f', '-printf', '%i %s\\n'], {
      encoding: 'utf8',
    });
    const lines = found.split('\n').filter((line) => line !== '');
    const sizes = new Map(lines.map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]));
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  };
  const folder = (name: string): string => {
    const path = join(daemon.source, name);
    mkdirSync(path);
    return path;
  };
  const add = (path: string, more: object = {}) => ({
    do: 'add',
    at: '/kept',
    root: 'source',
    path,
    copy: true,
    ...more,
  });

  it('is nothing of a tree of which one file is refused', async () => {
    const tree = folder('in part');
    for (const name of ['a', 'b']) writeFileSync(join(tree, name), name);
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'make-directory', at: '/kept/a' });
    expect((await draft.edit([add('in part')])).body).toMatchObject({ code: 'name-collision' });
    expect(await draft.names('/kept')).toEqual(['a']);
    const moved = await draft.edit([{ do: 'move', from: '/kept/b', to: '/c' }]);
    expect(moved.body).toMatchObject({ code: 'entry-unknown' });
    expect(kept(draft.id)).toBe(0);
  });

  it.skipIf(!hasTool('bsdtar'))('is the tree as it was, whatever becomes of it', async () => {
    const tree = folder('tree');
    mkdirSync(join(tree, 'sub'));
    writeFileSync(join(tree, 'sub', 'small'), 'small');
    writeFileSync(join(tree, 'large'), Buffer.alloc(2 * MIB + 3, 7));
    writeFileSync(Buffer.from(`${tree}/raw-\xff`, 'latin1'), 'a name that is no text');
    linkSync(join(tree, 'large'), join(tree, 'sub', 'again'));
    symlinkSync('../large', join(tree, 'sub', 'link'));
    chmodSync(join(tree, 'large'), 0o640);
    chmodSync(join(tree, 'sub'), 0o711);
    for (const name of ['large', 'sub/small', 'sub', '.'])
      utimesSync(join(tree, name), 981_173_106, 981_173_106);
    const before = entriesOf(tree);

    const draft = await DraftClient.begin(daemon, { volume: { joliet: false } });
    await draft.make(add('tree', { at: '/' }));
    rmSync(tree, { recursive: true });
    const image = await draft.seal();
    expect(image).toMatchObject({ state: 'ready' });
    const iso = join(daemon.source, 'kept.iso');
    const extracted = folder('extracted');
    writeFileSync(iso, (await daemon.api.get(`${draft.path}/content`)).bytes);
    execFileSync('bsdtar', ['-xpf', iso, '-C', extracted]);
    utimesSync(extracted, 981_173_106, 981_173_106);
    expect(entriesOf(extracted)).toEqual(before);
    // One file of two names is kept once.
    expect(kept(draft.id)).toBeLessThan(3 * MIB);
    await daemon.api.delete(draft.path);
    await expect.poll(() => existsSync(staging(draft.id))).toBe(false);
  });

  it('are copies of those alone for which that is wanted, and only of what is wanted of them', async () => {
    const tree = folder('some');
    writeFileSync(join(tree, 'a.ts'), 'x'.repeat(MIB));
    writeFileSync(join(tree, 'b.js'), 'x'.repeat(MIB));
    const draft = await DraftClient.begin(daemon, { volume: { udf: { revision: '2.01' } } });
    await draft.make(add('some', { at: '/read', copy: false }));
    expect(kept(draft.id)).toBe(0);
    await draft.make(
      add('some', { include: ['*.ts'] }),
      add('some/b.js', { at: '/kept/a.ts', stream: 'note' }),
    );
    expect(kept(draft.id)).toBeGreaterThan(2 * MIB);
    expect(kept(draft.id)).toBeLessThan(2 * MIB + 2000);
    expect((await draft.list('/kept')).items).toMatchObject([{ path: '/kept/a.ts', streams: ['note'] }]);
    const revisions = (await daemon.api.get(`${draft.path}/revisions`)).body as {
      items: { edits: object[] }[];
    };
    expect(revisions.items[1]?.edits).toMatchObject([
      { do: 'add-copy', at: '/kept', of: { root: 'source', path: 'some' }, files: 1, bytes: MIB },
      { do: 'add-copy', stream: 'note' },
    ]);
    writeFileSync(join(tree, 'a.ts'), 'changed');
    expect((await draft.list('/kept')).items[0]).toMatchObject({ bytes: MIB });
    await draft.act('undo', { to: 1 });
    expect(kept(draft.id)).toBe(0);
  });

  it('has what users attached to its source, too, where the volume has a place for it', async () => {
    const tree = folder('attached');
    writeFileSync(join(tree, 'file'), 'x');
    attach(join(tree, 'file'), { note: 'of a file' });
    attach(tree, { note: 'of a directory' });
    const udf = { revision: '2.01', extendedAttributes: true };
    const draft = await DraftClient.begin(daemon, { volume: { iso9660: false, udf } });
    await draft.make(add('attached'));
    rmSync(tree, { recursive: true });
    expect((await draft.list('/kept')).items).toMatchObject([{ path: '/kept/file', streams: ['note'] }]);
    await draft.seal();
    const { files } = readUdf((await daemon.api.get(`${draft.path}/content`)).bytes);
    const attached = files.flatMap(({ path, streams }) =>
      streams.map(({ content }) => `${path} ${content.toString()}`),
    );
    expect(attached).toEqual(['/kept of a directory', '/kept/file of a file']);
  });

  it('has that where the volume gets a place for it later, when the source may be gone', async () => {
    const tree = folder('attached early');
    writeFileSync(join(tree, 'file'), 'x');
    attach(join(tree, 'file'), { note: 'of a file' });
    const volume = { iso9660: false, udf: { revision: '2.01' } };
    const draft = await DraftClient.begin(daemon, { volume });
    await draft.make(add('attached early'));
    rmSync(tree, { recursive: true });
    expect((await draft.list('/kept')).items).toMatchObject([{ path: '/kept/file', streams: [] }]);
    const udf = { ...volume.udf, extendedAttributes: true };
    await draft.make({ do: 'volume', volume: { ...volume, udf } });
    expect((await draft.list('/kept')).items).toMatchObject([{ path: '/kept/file', streams: ['note'] }]);
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });

  it('merges with what was there as another source does: what came first has its own', async () => {
    const [first, second] = [folder('first'), folder('second')];
    for (const tree of [first, second]) mkdirSync(join(tree, 'sub'));
    attach(join(first, 'sub'), { note: 'of the first' });
    attach(join(second, 'sub'), { note: 'of the second', more: 'of the second' });
    const udf = { revision: '2.01', extendedAttributes: true };
    for (const copy of [false, true]) {
      const draft = await DraftClient.begin(daemon, { volume: { iso9660: false, udf } });
      await draft.make(add('first', { copy: false }), add('second', { copy }));
      await draft.seal();
      const { files } = readUdf((await daemon.api.get(`${draft.path}/content`)).bytes);
      const attached = files.flatMap(({ path, streams }) =>
        streams.map((stream) => `${stream.path} ${path} ${stream.content.toString()}`),
      );
      expect(attached.sort()).toEqual([
        '/kept/sub:more /kept/sub of the second',
        '/kept/sub:note /kept/sub of the first',
      ]);
    }
  });

  it('is refused before anything is written where there is no room, and leaves nothing where it fails', async () => {
    const tree = folder('vast');
    writeFileSync(join(tree, 'sparse'), '');
    truncateSync(join(tree, 'sparse'), 2 ** 43);
    const draft = await DraftClient.begin(daemon);
    expect((await draft.edit([add('vast')])).body).toMatchObject({ code: 'space-exhausted' });
    expect((await draft.edit([add('nowhere')])).body).toMatchObject({ code: 'source-missing' });
    writeFileSync(join(tree, 'sparse'), 'small');
    // The second edit of the two is refused, so that the copy of the first one goes.
    const both = await draft.edit([add('vast'), { do: 'move', from: '/none', to: '/x' }]);
    expect(both.body).toMatchObject({ code: 'entry-unknown' });
    expect(kept(draft.id)).toBe(0);
    expect(await draft.image()).toMatchObject({ draft: { revision: 0 } });
  });

  it('is freed when nothing can come back to it, and the draft is what it was', async () => {
    const draft = await DraftClient.begin(daemon);
    const tree = folder('copied');
    writeFileSync(join(tree, 'file'), 'c'.repeat(MIB));
    await draft.put('/file', 'a'.repeat(MIB));
    await draft.make(add('copied', { at: '/gone' }), { do: 'move', from: '/gone/file', to: '/gone/moved' });
    await draft.make({ do: 'remove', at: '/gone' });
    await draft.put('/file', 'b'.repeat(MIB));
    expect(kept(draft.id)).toBeGreaterThan(3 * MIB);
    await draft.act('lock-in');
    expect(kept(draft.id)).toBeLessThan(MIB + 2000);
    await draft.put('/file', 'd'.repeat(MIB));
    await draft.act('undo', { to: 4 });
    await daemon.kill();
    await daemon.start();
    expect(await draft.names()).toEqual(['file']);
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    const { bytes } = await daemon.api.get(`${draft.path}/content`);
    expect(['a', 'b', 'c', 'd'].map((letter) => bytes.includes(letter.repeat(1000)))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('is freed by the next daemon where one was killed over it, unless the draft was not locked in', async () => {
    const [locked, open] = [await DraftClient.begin(daemon), await DraftClient.begin(daemon)];
    for (const draft of [locked, open]) {
      await draft.put('/file', 'a'.repeat(MIB));
      await draft.put('/file', 'b'.repeat(MIB));
    }
    await locked.act('lock-in');
    // What a daemon that dies between its intention and its end has left.
    for (const { id } of [locked, open]) {
      const [first = ''] = readdirSync(staging(id)).sort();
      writeFileSync(join(staging(id), first), 'a'.repeat(MIB));
      const intention = { lockedIn: 2, bodies: [`${id}/${first}`] };
      writeFileSync(join(staging(id), 'freeing.json'), JSON.stringify(intention));
    }
    await daemon.kill();
    await daemon.start();
    expect([kept(locked.id), kept(open.id)]).toEqual([MIB, 2 * MIB]);
    await open.act('undo', { to: 1 });
    expect((await open.seal()).state).toBe('ready');
    expect((await daemon.api.get(`${open.path}/content`)).bytes.includes('a'.repeat(1000))).toBe(true);
  });
});
